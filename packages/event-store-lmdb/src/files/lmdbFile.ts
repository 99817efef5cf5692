import { fstatSync, readFileSync, readSync } from 'node:fs';

/*
 * What has to be known of an LMDB file (data format 2 of lmdb-js, little-endian) to tell that it was cut off. lmdb maps the
 * file into memory and is ended by the system where it reads beyond the end.
 */

const headerBytes = 24;
const invalidPage = 0xffff_ffff_ffff_ffffn;

/** A meta record: which pages one transaction's trees begin at. */
interface Meta {
  readonly transaction: bigint;
  readonly boot: bigint;
  readonly lastPage: bigint;
  readonly roots: ReadonlyArray<bigint>;
}

const isBranch = 0x01;
const isLeaf = 0x02;
const isBigData = 0x01;
const isSubTree = 0x02;

const readMeta = (head: Buffer, offset: number): Meta => ({
  transaction: head.readBigUInt64LE(offset + 128),
  boot: head.readBigInt64LE(offset + 136),
  lastPage: head.readBigUInt64LE(offset + 120),
  roots: [head.readBigUInt64LE(offset + 24 + 40), head.readBigUInt64LE(offset + 24 + 88)],
});

/** As lmdb reads it: the hexadecimal digits up to the first hyphen. */
const currentBoot = (): bigint => {
  try {
    const [first = ''] = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').split('-');
    return BigInt(`0x${first}`);
  } catch {
    return 0n;
  }
};

/** The meta record lmdb begins with: the newest of this boot or, after a restart of the machine, the last flushed one. */
const chooseMeta = (head: Buffer, pageSize: number): Meta => {
  const [even, odd, flushed] = [headerBytes, pageSize + headerBytes, pageSize / 2 + headerBytes].map((offset) => readMeta(head, offset)) as [Meta, Meta, Meta];
  const latest = even.transaction >= odd.transaction ? even : odd;
  return flushed.transaction === 0n || latest.boot === currentBoot() ? latest : flushed;
};

/** The pages a page refers to, with how many of them follow each other there. */
const references = (page: Buffer): ReadonlyArray<readonly [first: bigint, count: bigint]> => {
  const flags = page.readUInt16LE(18);
  if ((flags & (isBranch | isLeaf)) === 0) return [];
  const found: Array<readonly [bigint, bigint]> = [];
  const count = (page.readUInt16LE(20) - headerBytes) >> 1;
  for (let index = 0; index < count; index += 1) {
    const node = page.readUInt16LE(headerBytes + index * 2);
    const nodeFlags = page.readUInt16LE(node + 4);
    const data = node + 8 + page.readUInt16LE(node + 6);
    if ((flags & isBranch) !== 0) found.push([BigInt(page.readUInt32LE(node)) + (BigInt(nodeFlags) << 32n), 1n]);
    else if ((nodeFlags & isBigData) !== 0) found.push([page.readBigUInt64LE(data), page.readBigUInt64LE(data + 16)]);
    else if ((nodeFlags & isSubTree) !== 0) found.push([page.readBigUInt64LE(data + 40), 1n]);
  }
  return found;
};

/**
 * Whether pages of the log are beyond the end of the file. A file may well be shorter than its meta record says: pages that
 * were taken and given back are never written. Only then are its trees walked (overflow pages are not read).
 */
export const isCutOff = (descriptor: number, head: Buffer): boolean => {
  const pageSize = head.readUInt32LE(headerBytes + 24);
  if (pageSize < 512 || pageSize > 65_536) return true;
  const wholeHead = Buffer.alloc(2 * pageSize);
  if (readSync(descriptor, wholeHead, 0, 2 * pageSize, 0) < 2 * pageSize) return true;
  const meta = chooseMeta(wholeHead, pageSize);
  const pages = BigInt(Math.floor(fstatSync(descriptor).size / pageSize));
  if (pages > meta.lastPage) return false;
  const page = Buffer.alloc(pageSize);
  const open = meta.roots.filter((root) => root !== invalidPage);
  try {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next >= pages) return true;
      readSync(descriptor, page, 0, pageSize, Number(next) * pageSize);
      for (const [first, count] of references(page)) {
        if (first === invalidPage) continue;
        if (first + count > pages) return true;
        if (count === 1n) open.push(first);
      }
    }
  } catch (cause) {
    if (cause instanceof RangeError) return true;
    throw cause;
  }
  return false;
};
