import { roomOfWrite } from '@account-data/projection';
import { requireDiskSpace } from '@account-data/runtime';
import type { Finding } from '../commands/Execution.js';

/** Whether the disk of a data folder has room for what a server writes; of one that is not there nothing is known. */
export const diagnoseDisk = (dataFolder: string): ReadonlyArray<Finding> => {
  try {
    requireDiskSpace(dataFolder, roomOfWrite);
    return [];
  } catch {
    const message = `The disk of ${dataFolder} has less room than the ${String(roomOfWrite)} bytes that a write may need: free some, or a server takes nothing.`;
    return [{ severity: 'error', code: 'store_disk_full', message }];
  }
};
