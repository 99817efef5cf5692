import type { Environment } from './Environment.js';
import { lastPosition } from './blockTables.js';
import { parseBlock } from './LogBlock.js';
import { createLogReader } from './LogReader.js';
import { type Breathe, sliceBytes } from './LongWork.js';
import { StoreDamage } from './StoreDamage.js';
import { checkTombstone, decodeChunk, decodeStreamRecord, RecordDamaged } from './StreamRecord.js';

/** Something that is not what was written. @category model */
export interface Damage {
  readonly message: string;
  /** The first and the last position (inclusive) that may be lost; absent of the index, and of what the file says of itself. */
  readonly from?: number;
  readonly to?: number;
}

const damageOf = ({ message, from, to }: StoreDamage): Damage => ({
  message,
  ...(from === undefined || to === undefined ? {} : { from, to }),
});

/** What the work throws as damage; nothing where it does not. */
const damageIn = (work: () => void): StoreDamage | undefined => {
  try {
    work();
    return undefined;
  } catch (cause) {
    if (cause instanceof StoreDamage) return cause;
    throw cause;
  }
};

/** The damage of the blocks up to a position. Of layout 1, which has no checksums, only what is no JSON any more. */
const inBlocks = async (environment: Environment, upTo: number, breathe: Breathe): Promise<ReadonlyArray<Damage>> => {
  const reader = createLogReader(environment);
  const found: Array<Damage> = [];
  for (let after = 0; after < upTo; ) {
    const from = after;
    let bytes = 0;
    const damage = damageIn(() => {
      const isCut = reader.walk(from, upTo, ({ block, key, from: first, to }) => {
        if (block[0] === 1) parseBlock(block);
        // The walk begins with the block before, where nothing of it is asked for any more.
        if (first < to) bytes += block.length;
        after = Math.max(after, lastPosition(block, key));
        return bytes < sliceBytes;
      });
      if (!isCut) after = upTo;
    });
    if (damage !== undefined) {
      found.push(damageOf(damage));
      // Behind what is lost, the rest is looked at as well.
      after = Math.max(from + 1, damage.to ?? upTo);
    }
    await breathe(bytes);
  }
  return found;
};

const inIndex = async ({ root, streams, chunks, tombstones, meta, file }: Environment, breathe: Breathe): Promise<ReadonlyArray<Damage>> => {
  const found: Array<Damage> = [];
  const note = (damage: StoreDamage | undefined): void => {
    if (damage !== undefined) found.push(damageOf(damage));
  };
  const check = (what: () => string, decode: () => unknown): void => {
    try {
      decode();
    } catch (cause) {
      if (!(cause instanceof RecordDamaged)) throw cause;
      found.push(damageOf(new StoreDamage(file, what())));
    }
  };
  const keyText = (key: Buffer, end: number): string => key.toString('utf8', 0, Math.max(0, end));
  const transaction = root.useReadTransaction();
  try {
    for (const { key, value } of streams.getRange({ transaction })) {
      check(() => `the index of the stream ${keyText(key, key.length)}`, () => decodeStreamRecord(key, value));
      await breathe(key.length + value.length);
    }
    for (const { key, value } of chunks.getRange({ transaction })) {
      check(() => `a chunk of the index of the stream ${keyText(key, key.length - 5)}`, () => decodeChunk(key, value));
      await breathe(key.length + value.length);
    }
    for (const { key, value } of tombstones.getRange({ transaction })) {
      check(() => 'the list of removed streams', () => {
        checkTombstone(key, value);
      });
      await breathe(key.length);
    }
  } finally {
    transaction.done();
  }
  for (const key of ['indexed', 'next', 'opened'] as const) note(damageIn(() => void meta.number(key)));
  note(damageIn(() => void meta.format()));
  return found;
};

/** Everything in a log up to a position (inclusive) that is not what was written. Rejects with what lmdb throws. */
export const findDamage = async (environment: Environment, upTo: number, breathe: Breathe): Promise<ReadonlyArray<Damage>> => [
  ...(await inBlocks(environment, upTo, breathe)),
  ...(await inIndex(environment, breathe)),
];
