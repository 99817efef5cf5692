import type { ErasureList } from '@account-data/engine';
import { privateModes } from '@account-data/runtime';
import { appendFile, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where erasures are kept outside of the data folder. @category model */
export interface ErasureFileOptions {
  readonly path: string;
  /** Whether a list that can't be written fails the erasure. Where it only lies where lists lie by default, that is only said. */
  readonly required: boolean;
}

const unwritable: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT']);

const codeOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : '');

const usersOf = (text: string, path: string): ReadonlyArray<readonly [logId: string, userId: string]> =>
  text.split('\n').flatMap((line, index, lines) => {
    if (line === '') return [];
    try {
      const { log_id: logId, user_id: userId } = JSON.parse(line) as { readonly log_id?: unknown; readonly user_id?: unknown };
      if (typeof logId === 'string' && typeof userId === 'string') return [[logId, userId]];
    } catch {
      // The last line may have been cut off as it was written: that erasure was not answered.
      if (index === lines.length - 1) return [];
    }
    throw new Error(`The list of erasures ${path} can't be read: line ${String(index + 1)} is none of it. Put it back from a copy, or mend the line.`);
  });

const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The list of erasures in a file of lines `{"log_id","user_id"}`. It holds user IDs, and no account data. @category constructors */
export const erasureFile = ({ path, required }: ErasureFileOptions): ErasureList => {
  const text = async (): Promise<string> => {
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return '';
      throw cause;
    }
  };
  const read = async (logId: string): Promise<ReadonlySet<string>> =>
    new Set(usersOf(await text(), path).flatMap(([log, userId]) => (log === logId ? [userId] : [])));

  const write = async (logId: string, userIds: ReadonlyArray<string>): Promise<void> => {
    const known = await read(logId);
    const fresh = userIds.filter((userId) => !known.has(userId));
    if (fresh.length === 0) return;
    const before = await text();
    const lines = fresh.map((userId) => `${JSON.stringify({ log_id: logId, user_id: userId })}\n`).join('');
    const whole = before.slice(0, before.lastIndexOf('\n') + 1);
    if (whole.length < before.length) await truncate(path, Buffer.byteLength(whole));
    await appendFile(path, lines, { mode: privateModes.file });
    await syncPath(path);
    await syncPath(dirname(path));
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    read,
    add: async (logId, userIds) => {
      const one = last.then(() => write(logId, userIds));
      last = one.catch(() => undefined);
      try {
        await one;
        return [];
      } catch (cause) {
        if (required || !unwritable.has(codeOf(cause))) throw cause;
        return [`The erasure is not kept in ${path} (${codeOf(cause)}): an older backup would bring the data back. Set store.erasures_list to a file outside of the data folder that can be written.`];
      }
    },
  };
};
