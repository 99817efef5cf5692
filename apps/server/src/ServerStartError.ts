/**
 * Why the server did not start. The message is for whoever starts it: what is wrong, where, and what to do.
 *
 * @category errors
 */
export class ServerStartError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ServerStartError';
    this.code = code;
  }
}

/** Whatever was thrown on the way, as a {@link ServerStartError}. @category constructors */
export const startErrorOf = (error: unknown): ServerStartError => {
  if (error instanceof ServerStartError) return error;
  if (!(error instanceof Error)) return new ServerStartError('start_failed', 'The server could not start.', error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'start_failed';
  return new ServerStartError(code, error.message, error);
};
