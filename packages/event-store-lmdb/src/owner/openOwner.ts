import { Position, type StoreClosed, type SubscriptionHub } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { OwnerLock } from '../files/OwnerLock.js';
import type { StoreFolder } from '../files/StoreFolder.js';
import { openWatermarkWriter, readWatermark } from '../files/Watermark.js';
import type { LogFormat } from '../layout/formatOne.js';
import { endOfLog, refuseLogBehind } from '../layout/logEnd.js';
import type { Breathe } from '../layout/LongWork.js';
import { formatVersion } from '../layout/MetaDatabase.js';
import type { CompactionError, CompactionReport, StoreLogger } from '../LmdbEventStore.js';
import { openErrorOf } from '../LmdbOpenError.js';
import type { LogRole } from '../LogRole.js';
import { createSocketServer } from '../socket/SocketServer.js';
import { CompactionCutOff, compactLog, type CompactionStage, type CompactionSubject } from './compact.js';
import { openOwnedFile, type OwnedFile } from './ownedFile.js';
import { createOwnerLog, type OwnerLog } from './OwnerLog.js';
import { createRecentIds } from './recentIds.js';
import { createRoleSwitch } from './RoleSwitch.js';

/** A log of one's own, and what to let go of with it. */
export interface OwnedLog {
  readonly role: LogRole;
  readonly storeId: string;
  /** Into `format`, or today's: after one into an older format, only closing it may follow. Rejects where `breathe` ends it. */
  readonly compact: (format?: LogFormat, breathe?: Breathe) => Promise<E.Either<CompactionError, CompactionReport>>;
  readonly close: () => Promise<void>;
}

export interface OpenOwnerOptions {
  readonly folder: StoreFolder;
  readonly runtime: Runtime;
  readonly logger: StoreLogger | undefined;
  readonly hub: SubscriptionHub;
  /** Told of the last position that was acknowledged where the log ends before it, and then goes on; refused where absent. */
  readonly onLoss?: (acknowledged: number) => void;
}

/** What is so after a compaction did not come to its end, and what to do about it. */
const cutOffMessage = (path: string, cause: unknown): string => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const stage: CompactionStage = cause instanceof CompactionCutOff ? cause.stage : 'copying';
  switch (stage) {
    case 'copying':
      return `The log in ${path} was not compacted: ${reason}. It goes on as it was. See that the disk has room for a copy of it, then try again.`;
    case 'moving':
      return `The log in ${path} could not be replaced by its compacted copy: ${reason}. It is not known which of the two the next start takes, so nothing more is accepted. See to the disk, then start this process again: what was acknowledged is in both.`;
    case 'replaced':
      return `The log in ${path} was compacted and goes on in its new file, but what it was before could not be removed: ${reason}. See to the folder, then compact it again or start this process again.`;
  }
};

const closed: StoreClosed = { _tag: 'StoreClosed', code: 'store_closed' };

/**
 * Opens a log as the owner of its folder, which it lets go of when it is closed, or can't be opened. Throws what
 * `openErrorOf` understands.
 */
export const openOwner = async (owned: OwnerLock, { folder, runtime, logger, hub, onLoss }: OpenOwnerOptions): Promise<OwnedLog> => {
  const undo: Array<() => void> = [owned.release];
  try {
    owned.note({ pid: process.pid, socket: null });
    const file = await openOwnedFile(folder, runtime, ({ root }) => {
      undo.push(() => void root.close());
    });
    const watermark = openWatermarkWriter(folder.durable);
    undo.push(watermark.close);

    const ids = createRecentIds();
    const startLog = ({ environment, generation }: OwnedFile, last: number): OwnerLog =>
      createOwnerLog({
        environment,
        runtime,
        indexed: environment.meta.number('indexed') ?? 0,
        last,
        ids,
        onDurable: (events, position) => {
          watermark.write(generation, position);
          if (position > 0) hub.publish(events, Position(position));
          server.announce(position);
        },
        onFailure: (failure) => {
          logger?.error(failure.message, { path: folder.path });
          hub.fail(failure);
        },
      });

    const last = endOfLog(file.environment);
    const acknowledged = readWatermark(folder.durable)?.position ?? 0;
    if (last < acknowledged) (onLoss ?? ((lost: number) => refuseLogBehind(file.environment, lost)))(acknowledged);
    watermark.write(file.generation, last);
    let subject: CompactionSubject = { file, log: startLog(file, last) };
    const roles = createRoleSwitch(subject.log);
    const { role } = roles;
    let compacting: Promise<unknown> | undefined;
    let isClosing = false;

    const compactNow = async (format: LogFormat, breathe: Breathe | undefined): Promise<E.Either<CompactionError, CompactionReport>> => {
      try {
        const onReplaced = (next: CompactionSubject): void => {
          subject = next;
        };
        const report = await compactLog({ folder, watermark, roles, subject, format, breathe, startLog, onReplaced });
        server.announce(role.durable());
        logger?.info('The log was compacted.', { path: folder.path, ...report });
        return E.right(report);
      } catch (cause) {
        if (cause instanceof CompactionCutOff && openErrorOf(folder.path, cause.cause).code === 'store_interrupted') throw cause.cause;
        const message = cutOffMessage(folder.path, cause);
        logger?.error(message, { path: folder.path });
        return E.left({ _tag: 'CompactionFailed', code: 'compaction_failed', message });
      }
    };

    const compact = (format: LogFormat = formatVersion, breathe?: Breathe): Promise<E.Either<CompactionError, CompactionReport>> => {
      if (isClosing) return Promise.resolve(E.left(closed));
      // One after the other: what was tombstoned since the one under way began is for the next one.
      const former = compacting ?? Promise.resolve();
      const one = former.then(() => compactNow(format, breathe));
      compacting = one.catch(() => undefined);
      return one;
    };

    const server = await createSocketServer({ storePath: folder.path, storeId: file.store, role, compact: () => compact(), runtime, logger });
    owned.note({ pid: process.pid, socket: server.path });
    return {
      role,
      storeId: file.store,
      compact,
      close: async () => {
        isClosing = true;
        await compacting;
        // First: what followers have asked for is answered, or they would ask the next owner again.
        await server.close();
        await role.close();
        watermark.close();
        owned.release();
      },
    };
  } catch (cause) {
    for (const step of undo.reverse()) step();
    throw cause;
  }
};
