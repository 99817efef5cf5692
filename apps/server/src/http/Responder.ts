import type { Clock } from '@account-data/runtime';
import type { ServerResponse } from 'node:http';
import type { Exchange } from './Exchange.js';
import type { OpenAnswers } from './OpenAnswers.js';

/**
 * Writes answers. All JSON answers go this way, past Fastify's own serialisation and hooks: headers that never change
 * are one flat array, which is the cheapest thing that Node can write.
 *
 * @category model
 */
export interface Responder {
  /** A body that is JSON text already. `headers` is name, value, name, value; `about` whose data it is. */
  readonly json: (exchange: Exchange, status: number, body: string, headers?: ReadonlyArray<string>, about?: ReadonlySet<string>) => void;
  readonly text: (exchange: Exchange, status: number, contentType: string, body: string, headers?: ReadonlyArray<string>) => void;
  readonly empty: (exchange: Exchange, status: number, headers?: ReadonlyArray<string>) => void;
  /** Begins an answer that is written by and by, and counts no more as in flight. */
  readonly stream: (exchange: Exchange, status: number, headers: ReadonlyArray<string>) => ServerResponse;
  /** Requests begun and not yet answered. */
  readonly inFlight: () => number;
  /** A request has begun, or goes on after a wait. */
  readonly enter: () => void;
  /** A request only waits from now on (a long poll, a stream): it costs nothing but its connection. */
  readonly leave: () => void;
}

/** Requests begun and not yet answered, over all responders of a server. @category model */
export interface Traffic {
  inFlight: number;
}

/** Answers hold account data, or tell of it: nobody on the way keeps them, and no browser guesses what they are. */
const confidential: ReadonlyArray<string> = ['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff'];

/** Source: the Matrix client-server API, "Web Browser Clients", recommends these on all answers. */
export const matrixCors: ReadonlyArray<string> = [
  'Access-Control-Allow-Origin',
  '*',
  'Access-Control-Allow-Methods',
  'GET, POST, PUT, DELETE, OPTIONS',
  'Access-Control-Allow-Headers',
  'X-Requested-With, Content-Type, Authorization, X-Request-Id, Account-Data-Wait-For, Account-Data-Access, Account-Data-Reason, Prefer',
  'Access-Control-Expose-Headers',
  'Retry-After, X-Request-Id, Account-Data-Position',
  ...confidential,
];

/** What browsers may send to the service API, and read of its answers. A preflight gets these for every path. */
export const serviceCors: ReadonlyArray<string> = [
  'Access-Control-Allow-Origin',
  '*',
  'Access-Control-Allow-Methods',
  'GET, HEAD, POST, PUT, DELETE, OPTIONS',
  'Access-Control-Allow-Headers',
  'X-Requested-With, Content-Type, Authorization, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, X-Request-Id, Account-Data-Wait-For, Account-Data-Access, Account-Data-Reason, Prefer',
  'Access-Control-Expose-Headers',
  'ETag, Retry-After, X-Request-Id, Account-Data-Position',
  ...confidential,
];

/**
 * How far reads are reflected, as a token that a later request may wait for. An answer about a change that is further on
 * brings its own.
 */
export const positionHeader = 'Account-Data-Position';

/** In characters: smaller ones are not worth watching, since there are no more of them than connections. */
const smallBody = 16_384;

/** Makes a responder; several of them may share `traffic`. @category constructors */
export const makeResponder = (options: {
  readonly clock: Clock;
  readonly traffic: Traffic;
  /** Sent with every answer: name, value, name, value. */
  readonly headers: ReadonlyArray<string>;
  readonly positionToken: () => string;
  /** Watches those that their readers have not taken at once. */
  readonly answers: OpenAnswers;
  /** Called once per answer, after it was handed to the socket. */
  readonly onAnswer?: (exchange: Exchange, status: number, milliseconds: number) => void;
}): Responder => {
  const { clock, traffic, positionToken, answers, onAnswer } = options;

  const answered = (exchange: Exchange, status: number): void => {
    const milliseconds = clock.monotonic() - exchange.request.startedAt;
    exchange.meter.record(status, milliseconds);
    onAnswer?.(exchange, status, milliseconds);
  };

  const { headers: fixed } = options;

  const write = (
    exchange: Exchange,
    status: number,
    contentType: string | undefined,
    body: string,
    headers: ReadonlyArray<string> | undefined,
    about?: ReadonlySet<string>,
  ): void => {
    const { reply, request } = exchange;
    traffic.inFlight -= 1;
    const response = reply.raw;
    let lines: Array<string>;
    if (contentType === undefined) lines = [...fixed, 'X-Request-Id', request.id];
    else lines = ['Content-Type', contentType, 'Content-Length', String(Buffer.byteLength(body)), ...fixed, 'X-Request-Id', request.id];
    // Strangers are not told how much is written here.
    if (request.session !== undefined && headers?.includes(positionHeader) !== true) lines.push(positionHeader, positionToken());
    if (headers !== undefined) lines.push(...headers);
    reply.hijack();
    response.writeHead(status, lines);
    response.end(body);
    if (body.length > smallBody && !response.writableFinished) answers.watch(response, about);
    answered(exchange, status);
  };

  return {
    json: (exchange, status, body, headers, about) => {
      write(exchange, status, 'application/json', body, headers, about);
    },
    text: (exchange, status, contentType, body, headers) => {
      write(exchange, status, contentType, body, headers);
    },
    empty: (exchange, status, headers) => {
      write(exchange, status, undefined, '', headers);
    },
    stream: (exchange, status, headers) => {
      const { reply, request } = exchange;
      traffic.inFlight -= 1;
      reply.hijack();
      reply.raw.writeHead(status, [
        ...headers,
        ...fixed,
        'X-Request-Id',
        request.id,
        positionHeader,
        positionToken(),
      ]);
      reply.raw.flushHeaders();
      answered(exchange, status);
      return reply.raw;
    },
    inFlight: () => traffic.inFlight,
    enter: () => {
      traffic.inFlight += 1;
    },
    leave: () => {
      traffic.inFlight -= 1;
    },
  };
};
