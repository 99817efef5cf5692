import type * as t from 'io-ts';
import type { CommandError, ErasureError } from '@account-data/engine';
import type { ModuleHostError } from '@account-data/modules';
import type { HistoryError, RebuildError } from '@account-data/projection';
import { type CurrentJson, ProblemDetails, type RefusedRecord, type RequestFault } from '@account-data/service-api';
import { problemTable } from './problemTable.js';
import type { ProblemCode } from './problemTable.js';

/** A problem of the service API, before it is written as problem details (RFC 9457). @category model */
export interface Problem {
  readonly code: ProblemCode;
  /** What it is about this time. Holds no account data and no token. */
  readonly detail?: string;
  /** A JSON pointer into the request, or into the item of the batch that `index` names. */
  readonly pointer?: string;
  /** Which item of a batch was refused, counted from 0. */
  readonly index?: number;
  readonly errors?: ReadonlyArray<RequestFault>;
  /** With `revision_mismatch`: what is there. Goes to the caller only. */
  readonly current?: t.TypeOf<typeof CurrentJson> | null;
  /** With `import_refused`: the line that stopped the import. */
  readonly refused?: RefusedRecord;
  /** Milliseconds; the table's where it is absent. */
  readonly retryAfter?: number;
}

/** A problem by its code; `detail` says more about this one. @category constructors */
export const problem = (code: ProblemCode, detail?: string): Problem => (detail === undefined ? { code } : { code, detail });

/** What the engine, the projection or the module host answered. @category constructors */
export const problemOf = (error: CommandError | ErasureError | HistoryError | RebuildError | ModuleHostError): Problem => {
  if (error._tag === 'BatchItemRefused') {
    const inner = problemOf(error.error);
    return { ...inner, index: error.index };
  }
  const detail = 'message' in error ? error.message : undefined;
  const base = problem(error.code, detail);
  if (error._tag === 'RevisionMismatch') {
    const { current } = error;
    return { ...base, current };
  }
  return 'path' in error ? { ...base, pointer: error.path } : base;
};

/** A problem as problem details. `type` is the code's place on the page that documents them all. */
export const problemDetails = ({ retryAfter: _, ...given }: Problem, requestId: string): ProblemDetails => {
  const { status, title } = problemTable[given.code];
  return { type: `/errors#${given.code}`, title, status, ...given, requestId };
};

/** The body of an answer that is a problem. */
export const problemBody = (given: Problem, requestId: string): string => JSON.stringify(ProblemDetails.encode(problemDetails(given, requestId)));

/** The status to answer with. */
export const statusOf = ({ code }: Problem): number => problemTable[code].status;

/** Seconds for `Retry-After`, where trying again makes sense. */
export const retryAfterOf = (given: Problem): number | undefined => {
  if (given.retryAfter !== undefined) return Math.max(1, Math.ceil(given.retryAfter / 1_000));
  return problemTable[given.code].retryAfter;
};
