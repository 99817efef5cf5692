import { Revision } from '@account-data/engine';
import * as E from 'fp-ts/lib/Either.js';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '../programs/openEngine.js';
import type { RunningPeer } from './Peer.js';

/** The bytes of the files under a folder. */
export const bytesUnder = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};

/** The engine on its embedded store, as a program opens it. @category constructors */
export const accountDataPeer = async (folder: string): Promise<RunningPeer> => {
  const { engine, close } = await openEngine(folder);
  return {
    put: ({ userId, type, content, reason }) => engine.setAccountData(userId, null, type, content, { reason }),
    get: (userId, type) => engine.get(userId, null, type),
    history: async (userId, type, limit) => (await engine.history(userId, { roomId: null, type, direction: 'backwards', limit })).entries.length,
    asOf: async (userId, revision) => (await engine.asOf(userId, { revision: Revision(revision) })).entries.length,
    rebuild: async () => {
      const rebuilt = await engine.projection.rebuild()();
      if (E.isLeft(rebuilt)) throw new Error(rebuilt.left.code);
      return rebuilt.right.events;
    },
    bytes: async () => {
      await engine.projection.flush();
      return bytesUnder(folder);
    },
    close,
  };
};
