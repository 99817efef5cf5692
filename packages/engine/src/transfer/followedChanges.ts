import type { StreamNames } from '@account-data/domain';
import type { EventStore, Position } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { RecordImporter } from './importRecords.js';
import { type AnsweredChange, type IncomingRecord, type LineFault, readTransferRecord, type TransferRules } from './readTransferLine.js';
import type { TransferRecord } from './TransferRecord.js';

/** A change that was made at a followed Synapse. Its content comes fresh from JSON.parse. @category model */
export type FollowedRecord = Pick<TransferRecord, 'kind' | 'user_id' | 'room_id' | 'type' | 'actor' | 'source_id'> &
  Partial<Pick<TransferRecord, 'time' | 'reason' | 'correlation_id'>> & {
    /** `{}` deletes account data; null removes a tag. Checked here. */
    readonly content: unknown;
    /** Whether modules are called for it. */
    readonly callbacks: boolean;
    /** Absent: nobody asked for it here. */
    readonly answers?: AnsweredChange;
  };

/** Why a followed change can't be in this log: as an import says it, with the path in a line of an export. @category errors */
export type FollowedFault = Pick<LineFault, 'code' | 'path' | 'message'>;

/** What became of followed changes. @category model */
export interface FollowedResult {
  /** Appended now. */
  readonly appended: number;
  /** In the log before: they were appended already. */
  readonly known: number;
  /** Left out, because the user was erased here. */
  readonly erased: number;
  /** Of each change that can't be in this log, by its place among those that were given. */
  readonly refused: ReadonlyMap<number, FollowedFault>;
  /** Resolved when reads show them, and all that was given before. */
  readonly shown: () => Promise<void>;
}

/**
 * Appends the changes of one source, each once, however often it is given: `source_id` tells them apart. The changes of a
 * user are appended in their order; resolved when all are durable.
 *
 * @category model
 */
export type FollowedChanges = (records: ReadonlyArray<FollowedRecord>) => Promise<FollowedResult>;

interface FollowTarget {
  readonly store: EventStore;
  readonly names: StreamNames;
  readonly logId: string;
  readonly rules: TransferRules;
  readonly untilShown: (position: Position) => Promise<unknown>;
}

/** @throws StoreError where the store fails; what was given is given again then */
export const followedChanges = ({ store, names, logId, rules, untilShown }: FollowTarget, source: string): FollowedChanges => {
  const importer = new RecordImporter({ store, names, logId, origin: 'synapse', callbacks: true, dryRun: false }, source);
  return async (records) => {
    const before = { ...importer.counts };
    const refused = new Map<number, FollowedFault>();
    const incoming: Array<IncomingRecord> = [];
    records.forEach(({ callbacks, answers, ...record }, index) => {
      const read = readTransferRecord(record, rules);
      if (E.isLeft(read)) refused.set(index, { code: read.left.code, path: read.left.path, message: read.left.message });
      else incoming.push({ ...read.right, callbacks, ...(answers === undefined ? {} : { answers }) });
    });
    await importer.import(incoming);
    const { imported, known, erased } = importer.counts;
    const last = importer.lastPosition;
    return {
      appended: imported - before.imported,
      known: known - before.known,
      erased: erased - before.erased,
      refused,
      shown: async () => {
        if (last !== undefined) await untilShown(last);
      },
    };
  };
};
