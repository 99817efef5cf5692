import { StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { DataFolder } from './DataFolder.js';

/**
 * How far each module is, as the log says it: positions as decimal strings, by the module's name. Undefined where no
 * progress has been written yet. It reads beside whoever owns the log.
 */
export const readCheckpoints = async ({ data, log }: DataFolder): Promise<Readonly<Record<string, string>> | undefined> => {
  const store = await log.open(data);
  try {
    const slice = await store.read(StreamName(log.names.modules('default')), { direction: 'backwards', limit: 1 })();
    if (E.isLeft(slice)) throw new Error(slice.left.code);
    const [last] = slice.right._tag === 'Events' ? slice.right.events : [];
    if (last === undefined) return undefined;
    const { modules } = last.data as { readonly modules: Readonly<Record<string, { readonly low: string }>> };
    return Object.fromEntries(Object.entries(modules).map(([name, { low }]) => [name, low]));
  } finally {
    await store.close();
  }
};
