import {
  storageTables,
  type ProjectionStorage,
  type StorageRange,
  type StorageReader,
  type StorageTable,
  type StorageWriter,
  type VisitRecord,
} from './ProjectionStorage.js';
import { SortedKeys } from './SortedKeys.js';
import { StorageDamaged, type StorageProvider } from './StorageProvider.js';

const isAscii = (text: string): boolean => {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
};

/** Keys as one character per UTF-8 byte, so that comparing strings compares bytes. */
const toBytes = (key: string): string => (isAscii(key) ? key : Buffer.from(key, 'utf8').toString('latin1'));
const fromBytes = (key: string): string => (isAscii(key) ? key : Buffer.from(key, 'latin1').toString('utf8'));

class MemoryTable {
  readonly values: Map<string, Buffer>;
  readonly #keys: SortedKeys;

  constructor(values = new Map<string, Buffer>(), keys = new SortedKeys()) {
    this.values = values;
    this.#keys = keys;
  }

  copy(): MemoryTable {
    return new MemoryTable(new Map(this.values), this.#keys.copy());
  }

  put(key: string, value: Buffer): void {
    if (!this.values.has(key)) this.#keys.add(key);
    this.values.set(key, value);
  }

  remove(key: string): void {
    if (this.values.delete(key)) this.#keys.remove(key);
  }

  scan({ from, to, reverse = false }: StorageRange, visit: VisitRecord): void {
    for (const key of this.#keys.between(toBytes(from), toBytes(to), reverse)) {
      const value = this.values.get(key);
      if (value !== undefined && visit(fromBytes(key), value) === false) return;
    }
  }
}

type Tables = { readonly [T in StorageTable]: MemoryTable };

const readerOf = (tables: () => Tables): StorageReader => ({
  get: (table, key) => tables()[table].values.get(toBytes(key)),
  scan: (table, range, visit) => {
    tables()[table].scan(range, visit);
  },
});

const mapTables = (make: (table: StorageTable) => MemoryTable): Tables =>
  Object.fromEntries(storageTables.map((table) => [table, make(table)])) as { [T in StorageTable]: MemoryTable };

const openTables = (tables: Tables): ProjectionStorage => {
  let closed = false;
  const open = (): Tables => {
    if (closed) throw new Error('The projection storage was closed.');
    return tables;
  };
  const listeners = new Set<(damage: Error) => void>();
  let settled: Promise<void> = Promise.resolve();
  return {
    ...readerOf(open),
    write: (fill) => {
      const changes: Array<() => void> = [];
      open();
      const put: StorageWriter['put'] = (table, key, bytes, start, end) => {
        const value = Buffer.from(bytes.subarray(start, end));
        changes.push(() => {
          tables[table].put(toBytes(key), value);
        });
      };
      const writer: StorageWriter = {
        put,
        putInPlace: put,
        remove: (table, key) => {
          changes.push(() => {
            tables[table].remove(toBytes(key));
          });
        },
      };
      try {
        fill(writer);
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
      settled = settled.then(() => {
        for (const change of changes) change();
      });
      return settled;
    },
    onDamage: (listener) => {
      listeners.add(listener);
    },
    damaged: (what) => {
      const damage = new StorageDamaged(what);
      for (const listener of listeners) listener(damage);
      return damage;
    },
    snapshot: () => {
      const copies = mapTables((table) => open()[table].copy());
      return { ...readerOf(() => copies), release: () => undefined };
    },
    close: async () => {
      await settled;
      closed = true;
    },
  };
};

/**
 * Keeps its records in memory: for tests, simulations, and projections that may be built anew at each start. Whoever
 * opens a projection on the same provider again finds what was written.
 *
 * @category constructors
 */
export const memoryProjectionStorage = (): StorageProvider => {
  const generations = new Map<string, Tables>();
  let current: string | undefined;
  let count = 0;
  const after = (name: string | undefined): string | undefined =>
    [...generations.keys()].filter((other) => name === undefined || Number(other) > Number(name)).at(-1);
  const isTemporary = (name: string): boolean => name.startsWith('temporary');
  return {
    // As many as like: tests open it again without closing it, as a crash would.
    lock: () => Promise.resolve(() => undefined),
    current: () => Promise.resolve(current),
    unfinished: () => Promise.resolve(after(current)),
    create: () => {
      count += 1;
      generations.set(String(count), mapTables(() => new MemoryTable()));
      return Promise.resolve(String(count));
    },
    createTemporary: () => {
      count += 1;
      const name = `temporary ${count}`;
      generations.set(name, mapTables(() => new MemoryTable()));
      return Promise.resolve(name);
    },
    open: (name) => {
      const tables = generations.get(name);
      return tables === undefined
        ? Promise.reject(new StorageDamaged(`There is no storage called ${name}.`))
        : Promise.resolve(openTables(tables));
    },
    makeCurrent: (name) => {
      current = name;
      return Promise.resolve();
    },
    remove: (name) => {
      generations.delete(name);
      return Promise.resolve();
    },
    clean: () => {
      for (const name of [...generations.keys()]) {
        if (isTemporary(name) || (current !== undefined && Number(name) < Number(current))) generations.delete(name);
      }
      return Promise.resolve();
    },
  };
};
