import * as t from 'io-ts';
import { listOf } from './list.js';
import { CurrentJson } from './models.js';
import { answerRecord } from './record.js';
import { orNull } from './scalars.js';

/**
 * A line of an import that was refused: which, why, and which record it is as far as the line says so. Never its content.
 *
 * @category codecs
 */
export const RefusedRecord = answerRecord(
  'RefusedRecord',
  {
    /** Counting from 1. */
    line: t.number,
    code: t.string,
    /** A JSON pointer into the line. */
    pointer: t.string,
    message: t.string,
  },
  { kind: t.string, userId: t.string, roomId: t.string, type: t.string },
);

/** The line of an import that was refused. @category codecs */
export type RefusedRecord = t.TypeOf<typeof RefusedRecord>;

/**
 * Problem details (RFC 9457) as the service API answers them. `code` is stable; which codes there are is the server's
 * table, and a newer server may have more.
 *
 * @category codecs
 */
export const ProblemDetails = answerRecord(
  'Problem',
  { type: t.string, title: t.string, status: t.number, code: t.string, requestId: t.string },
  {
    detail: t.string,
    /** A JSON pointer into the request. */
    pointer: t.string,
    /** Which item of a batch was refused, counted from 0. */
    index: t.number,
    errors: listOf(answerRecord('RequestFault', { path: t.string, message: t.string }, {})),
    /** With `revision_mismatch`: what is there. */
    current: orNull(CurrentJson),
    /** With `import_refused`: the line that stopped the import. */
    refused: RefusedRecord,
  },
);

/** An error as the service API answers it. Source: RFC 9457. @category codecs */
export type ProblemDetails = t.TypeOf<typeof ProblemDetails>;
