import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Where lmdb-js keeps its three meta records in a file of 4,096-byte pages: that of even and of odd transactions, visible
 * but not necessarily flushed, and that of the last flushed transaction. All offsets from the start of the file.
 */
const pageSize = 4_096;
const metas = [24, 24 + pageSize, 24 + pageSize / 2];
const transactionOffset = 128;
const bootOffset = 136;

export const transactionsOf = (file: string): ReadonlyArray<bigint> => {
  const bytes = readFileSync(file);
  return metas.map((meta) => bytes.readBigUInt64LE(meta + transactionOffset));
};

/**
 * Makes a folder as a power cut could leave it that came while a transaction was being flushed: what `before` held was on
 * the disk; of what `after` holds on top of that, the records that make the transaction visible had got there, its pages
 * only in part (here: garbage). The machine has been started again since.
 */
export const cutPower = (before: string, after: string, target: string): void => {
  const name = 'events-1.mdb';
  const flushed = readFileSync(join(before, name));
  const torn = readFileSync(join(after, name));
  for (let page = 2; page < torn.length / pageSize; page += 1) {
    const bytes = torn.subarray(page * pageSize, (page + 1) * pageSize);
    if (!bytes.equals(flushed.subarray(page * pageSize, (page + 1) * pageSize))) bytes.fill(0xa5);
  }
  flushed.copy(torn, pageSize / 2, pageSize / 2, pageSize);
  for (const meta of metas) torn.writeBigInt64LE(0x1234_5678n, meta + bootOffset);
  mkdirSync(target);
  writeFileSync(join(target, name), torn);
  for (const other of ['current', 'durable']) copyFileSync(join(after, other), join(target, other));
  const durable = readFileSync(join(target, 'durable'));
  durable.fill(0x11, 24, 40);
  writeFileSync(join(target, 'durable'), durable);
};

