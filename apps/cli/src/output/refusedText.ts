import { RefusedRecord } from '@account-data/service-api';
import { printable } from './printable.js';

/** Where imported records come from, and how such a place calls them. @category model */
export interface RecordSource {
  /** Which record it was, in words. */
  readonly name: (refused: RefusedRecord) => string;
  /** Which record it was and what is wrong with it, as JSON. */
  readonly json: (refused: RefusedRecord) => object;
}

const withKey = (what: string, { userId, roomId, type }: RefusedRecord): string =>
  [
    what,
    ...(userId === undefined ? [] : [`user ${userId}`]),
    ...(roomId === undefined ? [] : [`room ${roomId}`]),
    ...(type === undefined ? [] : [`type ${JSON.stringify(type)}`]),
  ].join(', ');

/** The lines of an export. @category constants */
export const exportLines: RecordSource = {
  name: (refused) => withKey(`Line ${String(refused.line)}`, refused),
  json: (refused) => RefusedRecord.encode(refused),
};

const tableOf = ({ kind, roomId }: RefusedRecord): string =>
  kind === 'tag' ? 'room_tags' : roomId === undefined ? 'account_data' : 'room_account_data';

/** The rows of a Synapse database, which have no lines. @category constants */
export const synapseRows: RecordSource = {
  name: (refused) =>
    refused.kind === undefined ? 'The Synapse database' : withKey(`Row of ${tableOf(refused)}`, refused),
  json: (refused) => ({ ...RefusedRecord.encode(refused), line: undefined, kind: undefined, table: tableOf(refused) }),
};

/** Which record was refused and what is wrong with it, on one line. */
export const refusedText = (source: RecordSource, refused: RefusedRecord): string =>
  printable(`${source.name(refused)}: ${refused.pointer === '' ? '' : `at ${refused.pointer}: `}${refused.message}`);
