import type { FastifyReply, FastifyRequest } from 'fastify';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { isOfProcess } from './innerSocket.js';

/** Has another process answer requests. @category model */
export interface HandOver {
  /** Passes a request on as it came, and the answer back. Its body must not have been read. */
  readonly pass: (request: FastifyRequest, reply: FastifyReply) => void;
  /** Requests that were passed on and are not answered whole yet. */
  readonly open: () => number;
  readonly close: () => void;
}

/** Names the client's address to the process that a request is passed on to. */
const peerHeader = 'account-data-peer';

/** Where a request comes from. Other processes of this server say for whom they ask; nobody else is believed. `''`: a client that is gone. */
export const addressOf = ({ raw: { socket, headers } }: { readonly raw: Pick<IncomingMessage, 'socket' | 'headers'> }): string =>
  isOfProcess(socket) ? String(headers[peerHeader] ?? '') : (socket.remoteAddress ?? '');

/** Those of one connection (RFC 9110, 7.6.1), and what this process says itself. */
const ownHeaders: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te', 'trailer', peerHeader]);

const passedOn = (rawHeaders: ReadonlyArray<string>): Array<string> => {
  const passed: Array<string> = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!ownHeaders.has(name.toLowerCase())) passed.push(name, rawHeaders[index + 1] ?? '');
  }
  return passed;
};

const saysLength = ({ headers }: IncomingMessage): boolean => headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;

const hasBody = ({ headers }: IncomingMessage): boolean => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * Passes requests on over HTTP at a Unix socket. `onAway` answers one that could not be sent since nobody listens. Where the
 * other process ends before it has answered, the client's connection ends too: what became of a change is unknown then.
 *
 * @category constructors
 */
export const makeHandOver = (socketPath: string, onAway: (request: FastifyRequest, reply: FastifyReply) => void): HandOver => {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 256 });
  let open = 0;

  const pass = (request: FastifyRequest, reply: FastifyReply): void => {
    const { raw: incoming } = request;
    const { raw: outgoing } = reply;
    reply.hijack();
    open += 1;
    let isOver = false;
    const over = (): void => {
      if (!isOver) open -= 1;
      isOver = true;
    };
    const headers = passedOn(incoming.rawHeaders);
    // Node would announce a body of unknown length.
    if (!saysLength(incoming) && incoming.method !== 'GET' && incoming.method !== 'HEAD') headers.push('Content-Length', '0');
    const passed = httpRequest({
      socketPath,
      agent,
      method: incoming.method,
      path: incoming.url,
      setHost: false,
      headers: [...headers, peerHeader, incoming.socket.remoteAddress ?? ''],
    });
    let isConnected = false;
    passed.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => { isConnected = true; });
      else isConnected = true;
    });
    passed.once('continue', () => {
      outgoing.writeContinue();
      incoming.pipe(passed);
    });
    passed.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, passedOn(answer.rawHeaders));
      // One that is written by and by begins before its first part.
      if (answer.headers['content-length'] === undefined) outgoing.flushHeaders();
      pipeline(answer, outgoing, over);
    });
    passed.once('error', () => {
      if (isConnected || outgoing.headersSent || outgoing.destroyed) {
        outgoing.destroy();
        over();
        return;
      }
      over();
      incoming.unpipe(passed);
      onAway(request, reply);
    });
    outgoing.once('close', () => {
      over();
      passed.destroy();
    });
    if (!hasBody(incoming)) passed.end();
    else if (incoming.headers.expect === undefined) incoming.pipe(passed);
    else passed.flushHeaders();
  };

  return {
    pass,
    open: () => open,
    close: () => {
      agent.destroy();
    },
  };
};
