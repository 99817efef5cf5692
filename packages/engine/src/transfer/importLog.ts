import { refuseFollowed } from '@account-data/domain';
import type { Position } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { GoneTags } from './GoneTags.js';
import { ImportRefused } from './ImportRefused.js';
import { type ImportTarget, RecordImporter } from './importRecords.js';
import { type IncomingRecord, type LineFault, readTransferLine, type TransferRules } from './readTransferLine.js';
import { untilAborted } from './untilAborted.js';

/** How an export is taken in. @category model */
export interface ImportOptions {
  /** Whether modules are called for what is imported. Default false. */
  readonly callbacks?: boolean;
  /** Only checks and counts: nothing is appended. */
  readonly dryRun?: boolean;
  /**
   * Told of each record that can't be imported, which is then passed over. Absent: the first one ends the import. What is
   * wrong with the export as a whole ends it always.
   */
  readonly onRefused?: (refusal: ImportRefused) => void;
  /** Told after each part. */
  readonly onProgress?: (result: ImportResult) => void;
  /** Ends it at once, also while it waits for a line. What was read by then is imported. */
  readonly signal?: AbortSignal;
}

/** What an import came to. Each line that is a record is counted once. @category model */
export interface ImportResult {
  /** False where the signal ended it before the export's last line. */
  readonly complete: boolean;
  /** Lines read. */
  readonly lines: number;
  /** Appended now; in a dry run, what would be. */
  readonly imported: number;
  /** In the log already, from an earlier import. */
  readonly known: number;
  /** Left out, because the user was erased here. */
  readonly erased: number;
  /** Passed over, because they can't be imported. */
  readonly refused: number;
  /** Of the last event appended; absent where nothing was, or the store did not tell. */
  readonly position?: Position;
}

const recordsAtOnce = 2_000;

/**
 * Imports the lines of an export. Records that the log has already are passed over, so that an import that was cut off
 * is simply run again.
 *
 * @throws ImportRefused at the first line that can't be imported; StoreError where the store fails
 */
export const importLog = async (
  target: Omit<ImportTarget, 'callbacks' | 'dryRun' | 'origin'> & TransferRules,
  lines: AsyncIterable<string> | Iterable<string>,
  options: ImportOptions = {},
): Promise<ImportResult> => {
  let importer: RecordImporter | undefined;
  let gone: GoneTags | undefined;
  let waiting: Array<IncomingRecord> = [];
  let line = 0;
  let records = 0;
  let refused = 0;
  let ended = false;

  const result = (): ImportResult => ({
    complete: ended,
    lines: line,
    refused,
    ...(importer === undefined ? { imported: 0, known: 0, erased: 0 } : importer.counts),
    ...(importer?.lastPosition === undefined ? {} : { position: importer.lastPosition }),
  });
  const importWaiting = async (): Promise<void> => {
    if (importer === undefined || waiting.length === 0) return;
    const part = waiting;
    waiting = [];
    await importer.import(part);
    options.onProgress?.(result());
  };
  // Thrown where the loop sees it: a rejected promise that is returned from it would wait, unheard, for the lines to be closed.
  const refuse = async (fault: LineFault): Promise<ImportRefused> => {
    await importWaiting();
    return new ImportRefused(line, fault);
  };

  for await (const text of untilAborted(lines, options.signal)) {
    line += 1;
    if (text.trim() === '') continue;
    const read = readTransferLine(text, target);
    if (E.isLeft(read)) {
      if (options.onRefused === undefined || importer === undefined) throw await refuse(read.left);
      records += 1;
      refused += 1;
      if (read.left.sourceId !== undefined) gone?.keep(read.left.sourceId);
      options.onRefused(new ImportRefused(line, read.left));
      continue;
    }
    const incoming = read.right;
    if (incoming._tag === 'Header') {
      if (importer !== undefined) throw await refuse(misplaced('A second header. Import one export at a time.'));
      importer = new RecordImporter({ ...target, origin: 'import', callbacks: options.callbacks ?? false, dryRun: options.dryRun ?? false }, incoming.logId);
      if (incoming.completeTags) gone = new GoneTags(incoming.logId);
      continue;
    }
    if (importer === undefined) throw await refuse(misplaced('An export begins with a header line that names its format.'));
    if (ended) throw await refuse(misplaced('The export had ended before this line.'));
    if (incoming._tag === 'End') {
      ended = true;
      if (incoming.records !== records) {
        throw await refuse(misplaced(`The export says it has ${String(incoming.records)} records, but ${String(records)} came.`));
      }
      continue;
    }
    records += 1;
    gone?.keep(incoming.record.sourceId);
    waiting.push(incoming.record);
    if (waiting.length >= recordsAtOnce) await importWaiting();
  }
  await importWaiting();
  if (!ended && options.signal?.aborted !== true) {
    line += 1;
    throw await refuse(misplaced('The export was cut off: its last line is missing.'));
  }
  if (gone !== undefined && ended) {
    const removals = await gone.removals(target.store, target.names);
    await importer?.import(removals.filter(({ event }) => E.isRight(refuseFollowed(event.data.userId, target.followedServer))));
  }
  return result();
};

const misplaced = (message: string): LineFault => ({ code: 'invalid_export', path: '', message });
