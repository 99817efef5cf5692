import { makePrivateFolder } from '@account-data/runtime';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What systems take for the path of a Unix socket, its end included (Linux 108, macOS 104). */
const maxPathBytes = 103;

/** Where an owner listens. */
export interface SocketPlace {
  readonly path: string;
  readonly remove: () => void;
}

/**
 * A path for the owner's socket, in a folder that only this user may enter, so that nobody else can connect even before
 * the socket has its own mode: in the store's folder or, where that path is too long for a socket, in a temporary one.
 */
export const makeSocketPlace = (storePath: string): SocketPlace => {
  const inStore = join(storePath, 'run', 'owner.sock');
  if (Buffer.byteLength(inStore, 'utf8') <= maxPathBytes) {
    makePrivateFolder(dirname(inStore));
    chmodSync(dirname(inStore), 0o700);
    rmSync(inStore, { force: true });
    return {
      path: inStore,
      remove: () => {
        rmSync(inStore, { force: true });
      },
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'event-store-'));
  return {
    path: join(folder, 'owner.sock'),
    remove: () => {
      rmSync(folder, { force: true, recursive: true });
    },
  };
};
