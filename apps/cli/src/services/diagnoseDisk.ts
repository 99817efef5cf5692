import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Finding } from '../commands/Execution.js';

/** What a write of the projection needs room for, in bytes; one of the log needs less. */
const roomOfWrite = 4 * 1024 * 1024;

/** Where a folder is, or will be made. */
const nearest = (path: string): string => (existsSync(path) || dirname(path) === path ? path : nearest(dirname(path)));

/** Whether the disk of a data folder has room for what a server writes. */
export const diagnoseDisk = (dataFolder: string): ReadonlyArray<Finding> => {
  const { bavail, bsize } = statfsSync(nearest(dataFolder));
  const free = bavail * bsize;
  return free >= roomOfWrite
    ? []
    : [{ severity: 'error', code: 'store_disk_full', message: `The disk of ${dataFolder} has ${String(free)} bytes left for this user, and a write may need ${String(roomOfWrite)}: free some, or a server takes nothing.` }];
};
