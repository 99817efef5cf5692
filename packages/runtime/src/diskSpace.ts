import { statfsSync } from 'node:fs';

const noSpace = 'No space left on device';

/**
 * Throws as the system does (`ENOSPC`) where the disk that a file or folder is on has less room than so many bytes. LMDB is
 * asked for nothing then: where it meets a full disk itself, lmdb 3.5 writes its message beyond the memory that it has for
 * it (`last_error` in mdb.c), which ends some processes. Where the room can't be told, there is some.
 *
 * @category files
 */
export const requireDiskSpace = (path: string, bytes: number): void => {
  let room: number;
  try {
    const { bavail, bsize } = statfsSync(path);
    room = bavail * bsize;
  } catch {
    return;
  }
  if (room < bytes) throw Object.assign(new Error(noSpace), { code: 'ENOSPC' });
};
