import { streamNames } from '@account-data/domain';
import { StreamName } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';
import type { DataFolder } from './DataFolder.js';

/**
 * How far each module is, as the log of a data folder says it: positions as decimal strings, by the module's name.
 * Undefined where no progress has been written yet. It reads beside whoever owns the folder.
 */
export const readCheckpoints = async (folder: DataFolder): Promise<Readonly<Record<string, string>> | undefined> => {
  const opened = await openLmdbEventStore({ path: join(folder.data, 'log'), runtime: systemRuntime, mode: 'read' })();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const store = opened.right;
  try {
    const stream = StreamName(streamNames().modules('default'));
    const slice = await store.read(stream, { direction: 'backwards', limit: 1 })();
    if (E.isLeft(slice)) throw new Error(slice.left.code);
    const [last] = slice.right._tag === 'Events' ? slice.right.events : [];
    if (last === undefined) return undefined;
    const { modules } = last.data as { readonly modules: Readonly<Record<string, { readonly low: string }>> };
    return Object.fromEntries(Object.entries(modules).map(([name, { low }]) => [name, low]));
  } finally {
    await store.close();
  }
};
