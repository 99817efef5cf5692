import { join } from 'node:path';
import { closeEnvironment, type Environment, openEnvironment } from '../../src/layout/Environment.js';

/** Changes what is in the log of a closed store, as bits that flip do. */
export const damaging = async (path: string, change: (environment: Environment) => Promise<unknown>, generation = 1): Promise<void> => {
  const environment = openEnvironment(join(path, `events-${generation}.mdb`), 'write');
  if (environment === undefined) throw new Error('There is no log.');
  await change(environment);
  await closeEnvironment(environment);
};

/** A copy of a value, which lmdb's buffer is not. */
export const copyOf = (stored: Buffer): Buffer => Buffer.from(Uint8Array.prototype.slice.call(stored, 0, stored.length));

export const flipBit = (bytes: Buffer, bit: number): Buffer => {
  const at = bit >> 3;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
  return bytes;
};
