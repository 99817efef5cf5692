import { describe, expect, it } from 'vitest';
import { prefixRange, spareBytes, type ProjectionStorage, type StorageTable } from '../src/storage/ProjectionStorage.js';
import { StorageDamaged } from '../src/storage/StorageProvider.js';

const put = (storage: ProjectionStorage, table: StorageTable, records: Readonly<Record<string, string>>): Promise<void> =>
  storage.write((writer) => {
    for (const [key, value] of Object.entries(records)) {
      const bytes = Buffer.from(`..${value}..`, 'utf8');
      writer.put(table, key, bytes, 2, bytes.length - 2);
    }
  });

const textOf = (value: Buffer | undefined): string | undefined => value?.toString('utf8', 0, value.length);

const scanned = (
  storage: Pick<ProjectionStorage, 'scan'>,
  from: string,
  to: string,
  options: { readonly reverse?: boolean; readonly limit?: number } = {},
): ReadonlyArray<string> => {
  const found: Array<string> = [];
  storage.scan('entries', { from, to, ...(options.reverse === true ? { reverse: true } : {}) }, (key, value) => {
    found.push(`${key}=${textOf(value) ?? ''}`);
    return found.length < (options.limit ?? Infinity);
  });
  return found;
};

/** What every storage of a projection promises. */
export const storageContract = (
  name: string,
  make: () => Promise<{ readonly storage: ProjectionStorage; readonly dispose: () => Promise<void> }>,
): void => {
  const using = async (run: (storage: ProjectionStorage) => Promise<void>): Promise<void> => {
    const { storage, dispose } = await make();
    try {
      await run(storage);
    } finally {
      await dispose();
    }
  };

  describe(`${name} as a projection storage`, () => {
    it('gives what was written, and nothing where nothing was', () =>
      using(async (storage) => {
        await put(storage, 'entries', { a: 'one', 'ключ ☃ 𝒳': 'two' });
        expect(textOf(storage.get('entries', 'a'))).toBe('one');
        expect(textOf(storage.get('entries', 'ключ ☃ 𝒳'))).toBe('two');
        expect(storage.get('entries', 'b')).toBeUndefined();
        expect(storage.get('tags', 'a')).toBeUndefined();
      }));

    it('stores only the part of the bytes that was named, from a view into larger memory too', () =>
      using(async (storage) => {
        const memory = Buffer.from('0123456789');
        const view = memory.subarray(3);
        await storage.write((writer) => {
          writer.put('entries', 'part', view, 1, 4);
          writer.put('entries', 'empty', view, 0, 0);
        });
        expect(textOf(storage.get('entries', 'part'))).toBe('456');
        expect(storage.get('entries', 'empty')?.length).toBe(0);
      }));

    it('stores records that have room behind them where they stand, and changes nothing else of that memory', () =>
      using(async (storage) => {
        const text = '<first>....<second>....<end>';
        const whole = Buffer.allocUnsafeSlow(text.length);
        const part = Buffer.allocUnsafeSlow(text.length + 3).subarray(3);
        for (const memory of [whole, part]) {
          memory.write(text, 0, 'latin1');
          await storage.write((writer) => {
            writer.putInPlace('entries', 'a', memory, 0, 7);
            writer.putInPlace('entries', 'b', memory, 11, 19);
          });
          expect(scanned(storage, 'a', 'z')).toEqual(['a=<first>', 'b=<second>']);
          for (const [from, to] of [[0, 7], [7 + spareBytes, 19], [19 + spareBytes, text.length]]) {
            expect(memory.toString('latin1', from, to)).toBe(text.slice(from, to));
          }
          await storage.write((writer) => {
            writer.remove('entries', 'a');
            writer.remove('entries', 'b');
          });
        }
      }));

    it('keeps values of 200 kB', () =>
      using(async (storage) => {
        const large = 'x'.repeat(200_000);
        await put(storage, 'entries', { large, small: 's' });
        expect(textOf(storage.get('entries', 'large'))).toBe(large);
        expect(textOf(storage.get('entries', 'small'))).toBe('s');
        expect(scanned(storage, 'a', 'z').map((record) => record.length)).toEqual([200_006, 7]);
      }));

    it('looks up keys of any length, and overwrites nothing of them', () =>
      using(async (storage) => {
        const keys = [1, 7, 8, 31, 32, 33, 40, 63, 100, 500].map((length) => 'ä'.repeat(length));
        for (const key of keys) await put(storage, 'entries', { [key]: String(key.length) });
        for (const key of keys) expect(textOf(storage.get('entries', key))).toBe(String(key.length));
      }));

    it('keeps keys of 1,900 bytes', () =>
      using(async (storage) => {
        const key = 'k'.repeat(1_900);
        await put(storage, 'entries', { [key]: 'long' });
        expect(textOf(storage.get('entries', key))).toBe('long');
      }));

    it('scans in the order of UTF-8 bytes, from inclusive to exclusive', () =>
      using(async (storage) => {
        // UTF-16 would put the surrogate pair before U+FFFD.
        await put(storage, 'entries', { b: '2', a: '1', 'a\u0000z': '1z', '\u{1F600}': 'pair', '\uFFFD': 'bmp', c: '3' });
        expect(scanned(storage, 'a', 'c')).toEqual(['a=1', 'a\u0000z=1z', 'b=2']);
        expect(scanned(storage, 'c', '\u{10FFFF}')).toEqual(['c=3', '\uFFFD=bmp', '\u{1F600}=pair']);
        expect(scanned(storage, 'd', 'e')).toEqual([]);
      }));

    it('scans backwards over the same range', () =>
      using(async (storage) => {
        await put(storage, 'entries', { a: '1', b: '2', c: '3', d: '4' });
        expect(scanned(storage, 'a', 'c', { reverse: true })).toEqual(['b=2', 'a=1']);
        expect(scanned(storage, 'b', 'bb', { reverse: true })).toEqual(['b=2']);
        expect(scanned(storage, 'e', 'f', { reverse: true })).toEqual([]);
        expect(scanned(storage, 'a', '\u{10FFFF}', { reverse: true, limit: 1 })).toEqual(['d=4']);
      }));

    it('ends a scan when told to, and can be read while scanning', () =>
      using(async (storage) => {
        await put(storage, 'entries', { a: '1', b: '2', c: '3' });
        expect(scanned(storage, 'a', 'z', { limit: 2 })).toEqual(['a=1', 'b=2']);
        const pairs: Array<string> = [];
        storage.scan('entries', prefixRange(''), (key, value) => {
          const own = textOf(value);
          pairs.push(`${key}:${own ?? ''}:${textOf(storage.get('entries', 'c')) ?? ''}`);
        });
        expect(pairs).toEqual(['a:1:3', 'b:2:3', 'c:3:3']);
      }));

    it('can be scanned while scanning', () =>
      using(async (storage) => {
        await put(storage, 'entries', { a: '1', b: '2' });
        await put(storage, 'tags', { x: '8', y: '9' });
        const pairs: Array<string> = [];
        storage.scan('entries', prefixRange(''), (key, value) => {
          const own = textOf(value);
          storage.scan('tags', prefixRange(''), (other, otherValue) => {
            pairs.push(`${key}${own ?? ''}${other}${textOf(otherValue) ?? ''}`);
          });
        });
        expect(pairs).toEqual(['a1x8', 'a1y9', 'b2x8', 'b2y9']);
      }));

    it('finds everything behind a prefix and nothing else', () =>
      using(async (storage) => {
        await put(storage, 'entries', { '@a:x\u0000k': '1', '@a:x\u0000\u{1F600}': '2', '@a:xy\u0000k': '3', '@a:w\u0000k': '4' });
        const { from, to } = prefixRange('@a:x\u0000');
        expect(scanned(storage, from, to)).toEqual(['@a:x\u0000k=1', '@a:x\u0000\u{1F600}=2']);
      }));

    it('replaces and removes', () =>
      using(async (storage) => {
        await put(storage, 'entries', { a: '1', b: '2' });
        await storage.write((writer) => {
          writer.remove('entries', 'a');
          writer.remove('entries', 'never there');
          const bytes = Buffer.from('two');
          writer.put('entries', 'b', bytes, 0, 3);
        });
        expect(scanned(storage, 'a', 'z')).toEqual(['b=two']);
      }));

    it('applies the operations of a write in their order', () =>
      using(async (storage) => {
        const bytes = Buffer.from('12');
        await storage.write((writer) => {
          writer.put('entries', 'a', bytes, 0, 1);
          writer.remove('entries', 'a');
          writer.put('entries', 'b', bytes, 0, 1);
          writer.put('entries', 'b', bytes, 1, 2);
        });
        expect(scanned(storage, 'a', 'z')).toEqual(['b=2']);
      }));

    it('settles writes in order, and shows them when they are settled', () =>
      using(async (storage) => {
        const order: Array<number> = [];
        const writes = [1, 2, 3].map((n) =>
          put(storage, 'entries', { a: String(n) }).then(() => {
            order.push(n);
          }),
        );
        await Promise.all(writes);
        expect(order).toEqual([1, 2, 3]);
        expect(textOf(storage.get('entries', 'a'))).toBe('3');
      }));

    it('stores nothing of a write that throws while it is put together, and goes on', () =>
      using(async (storage) => {
        await put(storage, 'entries', { a: '1' });
        const broken = storage.write((writer) => {
          writer.put('entries', 'b', Buffer.from('2'), 0, 1);
          writer.remove('entries', 'a');
          throw new Error('half way');
        });
        const after = put(storage, 'entries', { c: '3' });
        await expect(broken).rejects.toThrow('half way');
        await after;
        expect(scanned(storage, 'a', 'z')).toEqual(['a=1', 'c=3']);
      }));

    it('tells its listeners of damage that its readers find', () =>
      using(async (storage) => {
        const heard: Array<Error> = [];
        storage.onDamage((damage) => heard.push(damage));
        const damage = storage.damaged('A block is missing');
        expect(damage).toBeInstanceOf(StorageDamaged);
        expect(heard).toEqual([damage]);
        await storage.write(() => undefined);
      }));

    it('takes an empty write', () =>
      using(async (storage) => {
        await storage.write(() => undefined);
        await put(storage, 'entries', { a: '1' });
        expect(textOf(storage.get('entries', 'a'))).toBe('1');
      }));

    it('keeps a snapshot as it was', () =>
      using(async (storage) => {
        await put(storage, 'entries', { a: '1', b: '2' });
        const snapshot = storage.snapshot();
        await storage.write((writer) => {
          writer.remove('entries', 'a');
          const bytes = Buffer.from('3');
          writer.put('entries', 'c', bytes, 0, 1);
        });
        expect(scanned(snapshot, 'a', 'z')).toEqual(['a=1', 'b=2']);
        expect(scanned(snapshot, 'a', 'z', { reverse: true })).toEqual(['b=2', 'a=1']);
        expect(textOf(snapshot.get('entries', 'a'))).toBe('1');
        expect(snapshot.get('entries', 'c')).toBeUndefined();
        expect(scanned(storage, 'a', 'z')).toEqual(['b=2', 'c=3']);
        snapshot.release();
        expect(scanned(storage, 'a', 'z')).toEqual(['b=2', 'c=3']);
      }));

    it('takes many writes in flight', () =>
      using(async (storage) => {
        const writes: Array<Promise<void>> = [];
        for (let n = 0; n < 200; n += 1) writes.push(put(storage, 'entries', { [`k${String(n).padStart(3, '0')}`]: 'v', last: String(n) }));
        await Promise.all(writes);
        expect(scanned(storage, 'k', 'l').length).toBe(200);
        expect(textOf(storage.get('entries', 'last'))).toBe('199');
      }));

    it('refuses to be read once it was closed', () =>
      using(async (storage) => {
        await put(storage, 'entries', { a: '1' });
        await storage.close();
        expect(() => storage.get('entries', 'a')).toThrow();
      }));
  });
};
