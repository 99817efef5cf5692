import type { IncomingMessage } from 'node:http';
import * as http from 'node:http';
import * as https from 'node:https';
import type { ModuleApi } from '@account-data/modules';
import { checkedLookup, type Resolve } from './checkedLookup.js';
import { type WebhookConfig, hostOf } from './WebhookConfig.js';
import { WebhookError } from './WebhookError.js';

type Timers = ModuleApi['runtime']['timers'];

/** One try to post a message. @category model */
export interface SignedPost {
  /** The same for each try of the same message. */
  readonly id: string;
  /** Milliseconds since the Unix epoch: of this try. */
  readonly time: number;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Posts to one receiver over connections that are kept. @category model */
export interface Receiver {
  readonly post: (post: SignedPost) => Promise<void>;
  readonly close: () => void;
}

/** How much of an answer is read before the connection is dropped, in bytes. */
const maxAnswer = 65_536;

/** How long an answer may take after its status, in milliseconds, before the connection is dropped. */
const longestAnswer = 2_000;

/** Reads an answer to its end, so that its connection can be used again; what is too long or too slow gives it up. */
const drain = (response: IncomingMessage, timers: Timers): void => {
  let read = 0;
  const cancel = timers.setBackgroundTimeout(() => {
    response.destroy();
  }, longestAnswer);
  response.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > maxAnswer) response.destroy();
  });
  response.on('error', () => undefined);
  response.once('close', cancel);
};

/**
 * Makes the receiver at the configured URL, whose connections are kept and whose address is looked at each time.
 *
 * @category constructors
 */
export const receiverAt = ({ url, signer, allowPrivate }: WebhookConfig, resolve: Resolve, timers: Timers): Receiver => {
  const protocol = url.protocol === 'https:' ? https : http;
  const agent = new protocol.Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 8 });

  const post = ({ id, time, body, signal }: SignedPost, isSecondTry = false): Promise<void> =>
    new Promise((settle, reject) => {
      const request = protocol.request(
        {
          agent,
          method: 'POST',
          host: hostOf(url),
          port: url.port === '' ? undefined : Number(url.port),
          path: url.pathname + url.search,
          signal,
          ...(allowPrivate ? {} : { lookup: checkedLookup(resolve) }),
          headers: {
            host: url.host,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'account-data-webhook/1',
            'webhook-id': id,
            'webhook-timestamp': Math.floor(time / 1_000).toString(),
            'webhook-signature': signer.sign(id, new Date(time), body),
          },
        },
        (response) => {
          const status = response.statusCode ?? 0;
          drain(response, timers);
          // Redirects are not followed: they could lead anywhere.
          if (status >= 200 && status < 300) settle();
          else reject(new WebhookError('webhook_refused', `The webhook answered with status ${String(status)}.`, status));
        },
      );
      request.on('error', (error) => {
        if (error instanceof WebhookError) reject(error);
        else if (request.reusedSocket && !isSecondTry && !signal.aborted) {
          // The receiver closed a kept connection just when it was used again: that says nothing about the receiver.
          post({ id, time, body, signal }, true).then(settle, reject);
        } else if (signal.aborted) reject(new WebhookError('webhook_aborted', 'The webhook did not answer in time.'));
        else reject(new WebhookError('webhook_unreachable', `The webhook can't be reached${reasonOf(error)}.`));
      });
      request.end(body);
    });

  return {
    post: (one) => post(one),
    close: () => {
      agent.destroy();
    },
  };
};

/** `ECONNREFUSED` and the like; messages may hold addresses. */
const reasonOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? `: ${error.code}` : '';
