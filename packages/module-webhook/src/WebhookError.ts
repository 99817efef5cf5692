/** Why a message was not taken. Each is stable. @category errors */
export type WebhookErrorCode =
  /** The receiver could not be reached, or the connection broke. */
  | 'webhook_unreachable'
  /** The receiver answered with something else than 2xx. */
  | 'webhook_refused'
  /** The receiver is at an address that is not on the public internet, and that is not allowed. */
  | 'webhook_private_address'
  /** The delivery's time was over. */
  | 'webhook_aborted';

/** The webhook did not take a change. The message holds neither the URL's path nor anything of the change. @category errors */
export class WebhookError extends Error {
  readonly code: WebhookErrorCode;
  /** The status of the answer, where there was one. */
  readonly status: number | undefined;

  constructor(code: WebhookErrorCode, message: string, status?: number) {
    super(message);
    this.name = 'WebhookError';
    this.code = code;
    this.status = status;
  }
}
