import type { JsonFault } from '@account-data/domain';
import type { ProblemDetails, RequestFault } from '@account-data/service-api';

/**
 * - `Problem`: the server refused, or could not, with a stable code; or this client did, for the server would have to;
 * - `NetworkFailure`: no whole answer arrived;
 * - `TimedOut`: no answer in time;
 * - `Aborted`: the caller's signal ended it;
 * - `UnexpectedAnswer`: something answered what is not of the service API (a proxy, another version);
 * - `ContentMismatch`: account data is not what the codec of its type says.
 *
 * After `NetworkFailure` and `TimedOut` it is unknown whether a change was made: repeat it with the same request key.
 *
 * @category errors
 */
export type ClientErrorTag = 'Problem' | 'NetworkFailure' | 'TimedOut' | 'Aborted' | 'UnexpectedAnswer' | 'ContentMismatch';

/** What an error of the client tells. @category errors */
export interface ClientErrorInit {
  readonly _tag: ClientErrorTag;
  /** The server's stable code, or of this client `network_failure`, `timed_out`, `aborted`, `unexpected_answer`, `content_mismatch`. */
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly detail?: string;
  readonly problem?: ProblemDetails;
  readonly faults?: ReadonlyArray<RequestFault>;
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/**
 * What every call of a client rejects with. Tell errors apart by `_tag` and `code`. Holds no token, and account data only
 * in `problem.current`, which a `revision_mismatch` carries for the caller.
 *
 * @category errors
 */
export class ClientError extends Error {
  readonly _tag: ClientErrorTag;
  readonly code: string;
  /** The HTTP status, or that of a command within a batch of them; undefined where there was no answer. */
  readonly status: number | undefined;
  readonly detail: string | undefined;
  /** The whole of what the server said. */
  readonly problem: ProblemDetails | undefined;
  /** What did not fit, where: paths and expectations, never values. */
  readonly faults: ReadonlyArray<RequestFault>;
  /** Milliseconds after which the server wants to hear of it again. */
  readonly retryAfter: number | undefined;

  constructor(init: ClientErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'ClientError';
    this._tag = init._tag;
    this.code = init.code;
    this.status = init.status;
    this.detail = init.detail;
    this.problem = init.problem;
    this.faults = init.faults ?? [];
    this.retryAfter = init.retryAfter;
  }
}

/** The error of a problem that the server answered; `retryAfter` in milliseconds. @category constructors */
export const problemError = (problem: ProblemDetails, retryAfter?: number): ClientError =>
  new ClientError({
    _tag: 'Problem',
    code: problem.code,
    message: problem.detail === undefined ? problem.title : `${problem.title}: ${problem.detail}`,
    status: problem.status,
    problem,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem.errors === undefined ? {} : { faults: problem.errors }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });

/**
 * A request that JSON text would alter (undefined, NaN, Infinity, a Date): the server could not see what was meant, so it
 * is not sent. The code is the one that the server has for such content; the path is a JSON pointer into the request.
 *
 * @category constructors
 */
export const unsendable = ({ code, path, message }: JsonFault): ClientError =>
  new ClientError({
    _tag: 'Problem',
    code,
    message: `Nothing was sent: at ${path} of the request, something is not as JSON can hold it. ${message}`,
    status: 400,
    detail: message,
    faults: [{ path, message }],
  });

/** The error of an answer that is none of this API. @category constructors */
export const unexpectedAnswer = (what: string, status?: number, faults?: ReadonlyArray<RequestFault>, retryAfter?: number): ClientError =>
  new ClientError({
    _tag: 'UnexpectedAnswer',
    code: 'unexpected_answer',
    message: `${what} Check the base URL, and what stands between this client and the server.`,
    ...(status === undefined ? {} : { status }),
    ...(faults === undefined ? {} : { faults }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });

/** The error of a call that its signal ended. @category constructors */
export const aborted = (cause: unknown): ClientError =>
  new ClientError({ _tag: 'Aborted', code: 'aborted', message: 'The call was aborted by its signal.', cause });

/** The error of a call that had no whole answer in time. @category constructors */
export const timedOut = (milliseconds: number): ClientError =>
  new ClientError({ _tag: 'TimedOut', code: 'timed_out', message: `No whole answer came within ${String(milliseconds)} ms.` });

/** The error of a server that could not be reached, or a connection that broke. @category constructors */
export const networkFailure = (cause: unknown): ClientError =>
  new ClientError({ _tag: 'NetworkFailure', code: 'network_failure', message: 'The server could not be reached, or the connection broke before its answer was whole.', cause });

const passing: ReadonlySet<number | undefined> = new Set([429, 502, 503, 504]);

/** Whether it may be gone by itself when tried again. Says nothing about whether trying again is safe. @category predicates */
export const isPassing = ({ _tag, status }: ClientError): boolean =>
  _tag === 'NetworkFailure' || _tag === 'TimedOut' || passing.has(status);

/** Whether a call failed with one of the codes. @category predicates */
export const failedWith = (error: unknown, ...codes: ReadonlyArray<string>): error is ClientError =>
  error instanceof ClientError && codes.includes(error.code);
