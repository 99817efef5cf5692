import { statfsSync } from 'node:fs';
import { systemRuntime } from './systemRuntime.js';

const noSpace = 'No space left on device';

/** A disk with more room than this, in bytes, is not looked at again within so many milliseconds: a look takes as long as a small write. */
const ample = 2 ** 30;
const moment = 100;

/** What was seen of the disk of one path, less what was asked for since. */
interface Look {
  readonly at: number;
  room: number;
}

/** How many paths are remembered. */
const rememberedPaths = 64;

/** {@link requireDiskSpace} by other means. */
export const diskSpace = (roomAt: (path: string) => number, monotonic: () => number): ((path: string, bytes: number) => void) => {
  const looks = new Map<string, Look>();
  return (path, bytes) => {
    const last = looks.get(path);
    if (last !== undefined && last.room - bytes > ample && monotonic() - last.at < moment) {
      last.room -= bytes;
      return;
    }
    let room: number;
    try {
      room = roomAt(path);
    } catch {
      looks.delete(path);
      return;
    }
    if (room < bytes) {
      looks.delete(path);
      throw Object.assign(new Error(noSpace), { code: 'ENOSPC' });
    }
    if (looks.size >= rememberedPaths) looks.clear();
    looks.set(path, { at: monotonic(), room: room - bytes });
  };
};

/**
 * Throws as the system does (`ENOSPC`) where the disk that a file or folder is on has less room than so many bytes. LMDB is
 * asked for nothing then: where it meets a full disk itself, lmdb 3.5 writes its message beyond the memory that it has for
 * it (`last_error` in mdb.c), which ends some processes. Where the room can't be told, there is some. A disk that had more
 * than 1 GiB left is looked at again after 100 ms, or when that was asked for; any other one each time.
 *
 * @category files
 */
export const requireDiskSpace: (path: string, bytes: number) => void = diskSpace((path) => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}, systemRuntime.clock.monotonic);
