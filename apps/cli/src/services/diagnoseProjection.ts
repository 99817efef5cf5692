import { inspectStorage, lmdbProjectionStorage, type StorageInspection } from '@account-data/projection';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../commands/Execution.js';
import type { LogDiagnosis } from './diagnoseLog.js';

const builtAnew = 'It is built anew from the log when a server starts; nothing is lost, but the start takes longer.';

const anew = (code: string, what: string): Finding => ({ severity: 'warning', code, message: `${what} ${builtAnew}` });

const ofUsable = ({ logId, position, events, quarantined }: StorageInspection & { readonly _tag: 'Usable' }, log: LogDiagnosis): ReadonlyArray<Finding> => {
  if (log.logId !== undefined && log.logId !== logId) return [anew('projection_of_other_log', 'The projection was made from another log.')];
  if (log.head !== undefined && position > (log.head === 'start' ? -1 : Number(log.head))) {
    return [anew('projection_ahead', `The projection knows position ${String(position)}, which the log has not: an older copy of the log took its place.`)];
  }
  return [
    { severity: 'info', code: 'projection_usable', message: `The projection has ${String(events)} events, up to ${position < 0 ? 'the start' : `position ${String(position)}`}.` },
    ...(quarantined === 0
      ? []
      : [{ severity: 'warning', code: 'projection_quarantine', message: `${String(quarantined)} events could not be read and are in quarantine: account-data projection status` } as const]),
  ];
};

/** Whether the projection in a data folder can be used as it is. */
export const diagnoseProjection = async (dataFolder: string, log: LogDiagnosis): Promise<ReadonlyArray<Finding>> => {
  const path = join(dataFolder, 'projection');
  if (!existsSync(path)) return [{ severity: 'info', code: 'projection_missing', message: 'There is no projection yet: the first server builds it.' }];
  try {
    const found = await inspectStorage(lmdbProjectionStorage({ path }));
    switch (found._tag) {
      case 'InUse':
        return [{ severity: 'info', code: 'projection_in_use', message: 'A process uses the projection: account-data projection status asks it.' }];
      case 'None':
        return [{ severity: 'info', code: 'projection_missing', message: 'There is no projection yet: the first server builds it.' }];
      case 'Damaged':
        return [anew('projection_damaged', `The projection in ${path} is damaged (${found.reason}).`)];
      case 'OtherFormat':
        return [anew('projection_format', 'The projection has the format of another version.')];
      case 'Usable':
        return ofUsable(found, log);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return [{ severity: 'error', code: 'projection_unusable', message: `The projection in ${path} can't be opened: ${reason}` }];
  }
};
