import type { Environment } from '../layout/Environment.js';
import { encodeListedBlock, maxBlockBytes, maxBlockEntries } from '../layout/encodeBlock.js';
import { formatVersion } from '../layout/MetaDatabase.js';
import { writeNow } from '../layout/writeNow.js';
import type { SalvagedIndex } from './SalvagedIndex.js';

/** About how many bytes go into one transaction, and what it takes for pages besides. */
const sliceBytes = 512 * 1024;
const pagesBytes = 256 * 1024;

/** Writes a log into an empty file, entry by entry, in the order of their positions. */
export interface SalvagedWriter {
  /** Takes an entry up; a promise where what was taken up is written first. */
  readonly add: (text: string, position: number) => Promise<void> | undefined;
  /** Writes what is left, the index, whose log it is and where it goes on, and waits until all is flushed. */
  readonly finish: (index: SalvagedIndex, store: string, end: number) => Promise<void>;
}

export const createSalvagedWriter = (to: Environment): SalvagedWriter => {
  let writes: Array<() => void> = [];
  let bytes = 0;
  let texts: Array<string> = [];
  let positions: Array<number> = [];
  let blockBytes = 0;
  /** The last position of the last block. */
  let covered = 0;

  const flush = async (): Promise<void> => {
    const due = writes;
    const room = 2 * bytes + pagesBytes;
    writes = [];
    bytes = 0;
    await writeNow(to, room, () => {
      for (const write of due) write();
    });
  };

  const put = (size: number, write: () => void): Promise<void> | undefined => {
    writes.push(write);
    bytes += size;
    return bytes >= sliceBytes ? flush() : undefined;
  };

  const putBlock = (): Promise<void> | undefined => {
    if (texts.length === 0) return undefined;
    const first = positions[0] ?? 0;
    const block = encodeListedBlock(texts, positions, first - covered - 1, formatVersion);
    covered = positions.at(-1) ?? covered;
    texts = [];
    positions = [];
    blockBytes = 0;
    return put(block.length, () => void to.log.put(first, block));
  };

  return {
    add: (text, position) => {
      texts.push(text);
      positions.push(position);
      blockBytes += text.length;
      return texts.length >= maxBlockEntries || blockBytes >= maxBlockBytes ? putBlock() : undefined;
    },
    finish: async (index, store, end) => {
      await putBlock();
      for (const { bytes: size, put: write } of index.writes(to)) await put(size, write);
      await put(0, () => {
        void to.meta.putFormat({ format: formatVersion, store });
        void to.meta.putNumber('indexed', end);
        void to.meta.putNumber('next', end + 1);
        void to.meta.putNumber('opened', 1);
      });
      await flush();
    },
  };
};
