/** Why a delivery to Python failed. Each is stable. @category errors */
export type PythonErrorCode =
  /** A callback raised an exception. */
  | 'python_callback_failed'
  /** The Python program ended while it handled this change alone. */
  | 'python_ended'
  /** The delivery's time was over while the Python program was being started. */
  | 'python_not_ready';

/** A change was not handled in Python. The host strikes account data out of the message. @category errors */
export class PythonError extends Error {
  readonly code: PythonErrorCode;

  constructor(code: PythonErrorCode, message: string) {
    super(message);
    this.name = 'PythonError';
    this.code = code;
  }
}
