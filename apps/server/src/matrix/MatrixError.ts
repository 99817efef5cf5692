/** An error as the Matrix client-server API answers it. Source: its section "Standard error response". @category model */
export interface MatrixError {
  readonly status: number;
  readonly errcode: MatrixErrorCode;
  /** For people. Holds no account data and no token. */
  readonly error: string;
  /** Milliseconds, with 429 and 503. Sent as `Retry-After` too, in seconds. */
  readonly retryAfter?: number;
}

/**
 * The error codes that this server answers. Source: the Matrix client-server API, “Standard error response”.
 *
 * @category model
 */
export type MatrixErrorCode =
  | 'M_BAD_JSON'
  | 'M_FORBIDDEN'
  | 'M_INVALID_PARAM'
  | 'M_LIMIT_EXCEEDED'
  | 'M_MISSING_TOKEN'
  | 'M_NOT_FOUND'
  | 'M_NOT_JSON'
  | 'M_TOO_LARGE'
  | 'M_UNKNOWN'
  | 'M_UNKNOWN_TOKEN'
  | 'M_UNRECOGNIZED'
  | 'M_USER_DEACTIVATED';

/** An error with its HTTP status; `retryAfter` in milliseconds. @category constructors */
export const matrixError = (status: number, errcode: MatrixErrorCode, error: string, retryAfter?: number): MatrixError =>
  retryAfter === undefined ? { status, errcode, error } : { status, errcode, error, retryAfter };

/** The answer to a request without a token. @category constants */
export const missingToken = matrixError(
  401,
  'M_MISSING_TOKEN',
  'No access token. Send it as "Authorization: Bearer …"; tokens in the URL are not read.',
);

/** The answer to a token that no source knows. @category constants */
export const unknownTokenError = matrixError(401, 'M_UNKNOWN_TOKEN', 'This access token is not known, or not any more.');

/** The answer where a handler failed unexpectedly. It tells nothing of why. @category constants */
export const internalError = matrixError(500, 'M_UNKNOWN', 'Something failed in the server. Its log has the details under this request id.');

/** The body of the answer. */
export const matrixErrorBody = (error: MatrixError): string =>
  JSON.stringify({
    errcode: error.errcode,
    error: error.error,
    ...(error.status === 429 && error.retryAfter !== undefined ? { retry_after_ms: error.retryAfter } : {}),
  });

/** Headers of the answer beside those of every answer, as name, value, name, value. */
export const matrixErrorHeaders = (error: MatrixError): ReadonlyArray<string> | undefined =>
  error.retryAfter === undefined ? undefined : ['Retry-After', String(Math.max(1, Math.ceil(error.retryAfter / 1_000)))];

/** A room ID in a path that is none. @category constants */
export const invalidRoom = matrixError(400, 'M_INVALID_PARAM', 'Not a Matrix room ID: expected "!opaque_id:server.name" or "!opaque_id".');
