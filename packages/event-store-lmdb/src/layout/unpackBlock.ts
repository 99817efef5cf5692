import {
  BlockDamaged,
  bodyBytesAt,
  bodyStart,
  codecAt,
  codecs,
  entryCount,
  entryEnd,
  isPacked,
  type LogBlock,
  tablesAt,
} from './blockTables.js';
import { PackingDamaged, unpacker } from './packing.js';

/** What is done with a packed block; throws {@link BlockDamaged} where it is not what was packed. */
const unpacking = <A>(unpack: () => A): A => {
  try {
    return unpack();
  } catch (cause) {
    if (cause instanceof PackingDamaged) throw new BlockDamaged(cause.message);
    throw cause;
  }
};

/** The JSON of the entries of one packed block, each good until anything else is packed or unpacked. Throws {@link BlockDamaged}. */
export interface BlockUnpacker {
  /** Whether the first one is unpacked, which all others need. */
  readonly isReady: () => boolean;
  readonly first: () => Buffer;
  /** Any but the first, in any order, when that is ready. */
  readonly other: (index: number) => Buffer;
}

/** Unpacks the entries of a packed block, which were checked; `first` is its first entry where that was unpacked before. */
export const blockUnpacker = (block: LogBlock, first: Buffer | undefined): BlockUnpacker => {
  const body = bodyStart(block, entryCount(block));
  const unpack = unpacker(block);
  let isReady = first !== undefined;
  if (first !== undefined) unpack.resume(first);
  return {
    isReady: () => isReady,
    first: () => {
      const text = unpacking(() => unpack.first(body, body + entryEnd(block, 0)));
      isReady = true;
      return text;
    },
    other: (index) => unpacking(() => unpack.other(body + entryEnd(block, index - 1), body + entryEnd(block, index))),
  };
};

/** The JSON of one entry of a packed block. */
export const unpackedText = (block: LogBlock, index: number): string => {
  const unpack = blockUnpacker(block, undefined);
  const first = unpack.first();
  return (index === 0 ? first : unpack.other(index)).toString('utf8');
};

/**
 * Gives the JSON of the entries of a packed block, in ascending order of their indexes. Each is good until anything else is packed
 * or unpacked; the first entry was checked, too.
 */
export const unpackingBlock = (block: LogBlock): ((index: number) => Buffer) => {
  const unpack = blockUnpacker(block, undefined);
  const first = unpack.first();
  return (index) => (index === 0 ? first : unpack.other(index));
};

/** What the last block was unpacked into. */
let memory: Buffer = Buffer.alloc(0);

const leftOut = Buffer.from('null');
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * The block with its entries as one JSON array, without checksums: a packed one unpacked, good only until the next one is, and
 * any other as it is. Of a packed one, `null` stands for the entries before `from` and from `to` on, which may be damaged; the
 * others, and the first one, were checked.
 */
export const plainBlock = (block: LogBlock, from = 0, to = entryCount(block)): LogBlock => {
  if (!isPacked(block)) return block;
  return unpacking(() => {
    const count = entryCount(block);
    const body = bodyStart(block, count);
    const bytes = block.readUInt32LE(bodyBytesAt);
    const room = body + bytes + count * (leftOut.length + 1);
    if (memory.length < room) memory = Buffer.alloc(Math.max(room, memory.length * 2));
    block.copy(memory, 0, 0, body);
    memory[codecAt] = codecs.plain;
    const { first, other } = unpacker(block);
    let at = body;
    for (let index = 0; index < count; index += 1) {
      const end = body + entryEnd(block, index);
      const unpacked = index === 0 ? first(body, end) : undefined;
      const isAsked = index >= from && index < to;
      const text = isAsked ? (unpacked ?? other(body + entryEnd(block, index - 1), end)) : leftOut;
      if (at + text.length + 2 > room) throw new PackingDamaged('The entries of a block are longer than it says.');
      memory[at] = index === 0 ? openBracket : comma;
      memory.set(text, at + 1);
      at += 1 + text.length;
      memory.writeUInt32LE(at - body, tablesAt(block) + index * 4);
    }
    memory[at] = closeBracket;
    if (from === 0 && to === count && at + 1 !== body + bytes) throw new PackingDamaged('The entries of a block are not as long as it says.');
    return memory.subarray(0, at + 1);
  });
};
