import * as t from 'io-ts';
import { described } from './jsonSchema.js';
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
  {
    type: described(t.string, 'A URI reference: where the code is documented'),
    title: described(t.string, 'What happened; the same for every problem of this code'),
    status: described(t.number, 'The status of the answer'),
    code: described(t.string, 'What programs tell problems apart by'),
    requestId: described(t.string, 'Which request it was, for the log of the server'),
  },
  {
    detail: described(t.string, 'What it is about this time'),
    pointer: described(t.string, 'A JSON pointer into the request'),
    index: described(t.number, 'Which item of a batch was refused, counted from 0'),
    errors: described(listOf(answerRecord('RequestFault', { path: t.string, message: t.string }, {})), 'Each place where the request is wrong, and what is expected there'),
    current: described(orNull(CurrentJson), 'With `revision_mismatch`: what is there'),
    refused: described(RefusedRecord, 'With `import_refused`: the line that stopped the import'),
  },
);

/** An error as the service API answers it. Source: RFC 9457. @category codecs */
export type ProblemDetails = t.TypeOf<typeof ProblemDetails>;
