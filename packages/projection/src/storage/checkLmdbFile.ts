import { readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/**
 * LMDB maps its file and follows the offsets in it: a file that was cut off or overwritten would end the process, not
 * throw. So before it is opened its pages are looked at: whether they are there, are what points to them says, and point
 * inside themselves and the file. Values are not looked at. The layout is that of lmdb 3 (`mdb.c`, data format 2).
 *
 * Of a file that is as it was closed only the header is looked at, so that a start takes no longer for a large one. Should a
 * page of it have decayed on the disk and end the process when it is read, the next start looks at all of them.
 */

const magic = 0xbeefc0de;
const dataVersion = 2;
const headerBytes = 24;
const metaBytes = 136;
const noPage = 0xffff_ffff_ffff_ffffn;

const branchFlag = 0x01;
const leafFlag = 0x02;
const overflowFlag = 0x04;
const metaFlag = 0x08;
const bigDataNode = 0x01;
const subTreeNode = 0x02;

/** At most so many pages are looked at: about a second. The rest of a larger file is taken on trust. */
const maxPages = 250_000;
/** Each so many pages others have a turn; those between are read at once, which takes a tenth of the time. */
const pagesATurn = 256;

interface Meta {
  readonly pageSize: number;
  readonly roots: ReadonlyArray<bigint>;
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

class Fault extends Error {}

/** How much of a file is looked at. */
export type CheckedPart = 'header' | 'pages';

const readMeta = (bytes: Buffer, offset: number): Meta | undefined => {
  const at = offset + headerBytes;
  if (bytes.length < at + metaBytes || bytes.readUInt32LE(at) !== magic) return undefined;
  if ((bytes.readUInt32LE(at + 4) & 0xffff) !== dataVersion) throw new Fault('it is of another version of LMDB');
  const tree = at + 24;
  return {
    pageSize: bytes.readUInt32LE(tree),
    roots: [bytes.readBigUInt64LE(tree + 40), bytes.readBigUInt64LE(tree + 48 + 40)],
    lastPage: bytes.readBigUInt64LE(tree + 96),
    transaction: bytes.readBigUInt64LE(tree + 104),
  };
};

class PageWalk {
  readonly #file: FileHandle;
  readonly #pageSize: number;
  readonly #pages: bigint;
  readonly #page: Buffer;
  #left = maxPages;
  #read = 0;

  constructor(file: FileHandle, pageSize: number, fileBytes: number) {
    this.#file = file;
    this.#pageSize = pageSize;
    this.#pages = BigInt(Math.floor(fileBytes / pageSize));
    this.#page = Buffer.alloc(pageSize);
  }

  async #pageAt(number: bigint): Promise<Buffer> {
    if (number >= this.#pages) throw new Fault(`page ${number} is missing: the file was cut off`);
    this.#read += 1;
    const place = Number(number) * this.#pageSize;
    const bytesRead =
      this.#read % pagesATurn === 0
        ? (await this.#file.read(this.#page, 0, this.#pageSize, place)).bytesRead
        : readSync(this.#file.fd, this.#page, 0, this.#pageSize, place);
    if (bytesRead < this.#pageSize) throw new Fault(`page ${number} is missing: the file was cut off`);
    if (this.#page.readBigUInt64LE(0) !== number) throw new Fault(`page ${number} was overwritten`);
    return this.#page;
  }

  /** Looks at a tree from its root; `trees` takes the roots of the trees that are named in it. */
  async walk(root: bigint, trees: Array<bigint> | undefined): Promise<void> {
    const open: Array<{ readonly number: bigint; readonly depth: number }> = root === noPage ? [] : [{ number: root, depth: 0 }];
    for (let next = open.pop(); next !== undefined && this.#left > 0; next = open.pop()) {
      if (next.depth > 40) throw new Fault('its pages point in a circle');
      this.#left -= 1;
      const { number, depth } = next;
      const overflows: Array<{ readonly number: bigint; readonly bytes: number }> = [];
      this.#visitNodes(await this.#pageAt(number), number, {
        child: (child) => open.push({ number: child, depth: depth + 1 }),
        overflow: (page, bytes) => overflows.push({ number: page, bytes }),
        tree: (found) => trees?.push(found),
      });
      for (const { number: first, bytes } of overflows) {
        const page = await this.#pageAt(first);
        const count = page.readUInt32LE(20);
        if ((page.readUInt16LE(18) & overflowFlag) === 0 || count * this.#pageSize < bytes + headerBytes) {
          throw new Fault(`page ${first} was overwritten`);
        }
        if (first + BigInt(count) > this.#pages) throw new Fault(`page ${first} goes on beyond the end of the file`);
      }
    }
  }

  #visitNodes(
    page: Buffer,
    number: bigint,
    visit: {
      readonly child: (page: bigint) => void;
      readonly overflow: (page: bigint, bytes: number) => void;
      readonly tree: (root: bigint) => void;
    },
  ): void {
    const flags = page.readUInt16LE(18);
    const isBranch = (flags & branchFlag) !== 0;
    const overwritten = new Fault(`page ${number} was overwritten`);
    if (!isBranch && (flags & leafFlag) === 0) throw overwritten;
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    if (lower > upper || upper + headerBytes > this.#pageSize || lower % 2 !== 0) throw overwritten;
    const count = lower >> 1;
    for (let i = 0; i < count; i += 1) {
      const node = page.readUInt16LE(headerBytes + i * 2) + headerBytes;
      if (node + 8 > this.#pageSize) throw overwritten;
      const low = page.readUInt32LE(node);
      const nodeFlags = page.readUInt16LE(node + 4);
      const keyBytes = page.readUInt16LE(node + 6);
      const data = node + 8 + keyBytes;
      if (isBranch) {
        if (data > this.#pageSize) throw overwritten;
        visit.child(BigInt(low) + (BigInt(nodeFlags) << 32n));
        continue;
      }
      const stored = (nodeFlags & bigDataNode) !== 0 ? 24 : low;
      if (data + stored > this.#pageSize) throw overwritten;
      if ((nodeFlags & bigDataNode) !== 0) visit.overflow(page.readBigUInt64LE(data), low);
      else if ((nodeFlags & subTreeNode) !== 0 && low >= 48) visit.tree(page.readBigUInt64LE(data + 40));
    }
  }
}

const check = async (file: FileHandle, what: CheckedPart): Promise<void> => {
  const { size } = await file.stat();
  if (size === 0) return;
  const head = Buffer.alloc(Math.min(size, 2 * 65_536));
  await file.read(head, 0, head.length, 0);
  const first = readMeta(head, 0);
  if (first === undefined || (head.readUInt16LE(18) & metaFlag) === 0) throw new Fault('it is not an LMDB file');
  const { pageSize } = first;
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) throw new Fault('its page size is wrong');
  // A third meta page in the middle of the first page keeps what was last flushed.
  const metas = [first, readMeta(head, pageSize >> 1), readMeta(head, pageSize)];
  const newest = metas.reduce((best, meta) => (meta !== undefined && meta.transaction > (best?.transaction ?? -1n) ? meta : best));
  if (newest === undefined) return;
  if (newest.lastPage >= BigInt(Math.floor(size / pageSize))) throw new Fault('it was cut off');
  if (what === 'header') return;
  const walk = new PageWalk(file, pageSize, size);
  const [free, main] = newest.roots;
  const trees: Array<bigint> = [];
  if (free !== undefined) await walk.walk(free, undefined);
  if (main !== undefined) await walk.walk(main, trees);
  for (const root of trees) await walk.walk(root, undefined);
};

/** Why a file can't be opened by LMDB; undefined where it can, and where there is none yet. */
export const checkLmdbFile = async (path: string, what: CheckedPart = 'pages'): Promise<string | undefined> => {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    await check(file, what);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  } finally {
    await file.close();
  }
};
