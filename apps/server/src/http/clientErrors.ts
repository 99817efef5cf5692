import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Answers bytes that never became a request: a malformed or too large header, or one that did not arrive in time
 * (slow clients). There is no path yet to tell which API was meant, so the answer has the Matrix form.
 */
export const answerClientError = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = answerOf(error.code);
  end(socket, status, status === 431 ? 'M_TOO_LARGE' : 'M_UNKNOWN', message);
};

/** Answers CONNECT, which asks for a tunnel and names no path: Node hands over its connection, and nothing else. */
export const answerTunnel = (_request: IncomingMessage, socket: Duplex): void => {
  socket.on('error', () => {
    socket.destroy();
  });
  end(socket, 405, 'M_UNRECOGNIZED', 'This server makes no tunnels.');
};

const end = (socket: Duplex, status: number, errcode: string, error: string): void => {
  const body = JSON.stringify({ errcode, error });
  socket.end(
    [
      `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json',
      `Content-Length: ${String(Buffer.byteLength(body))}`,
      'Access-Control-Allow-Origin: *',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};

/** Answers a request that expects something else than `100-continue` (RFC 9110, 10.1.1). Its body is not read. */
export const answerExpectation = (_request: IncomingMessage, response: ServerResponse): void => {
  const body = JSON.stringify({ errcode: 'M_UNKNOWN', error: 'This server can\'t meet what the Expect header asks for.' });
  response.writeHead(417, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Access-Control-Allow-Origin': '*',
    Connection: 'close',
  });
  response.end(body);
};

const answerOf = (code: string | undefined): readonly [number, string] => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'The request header is too large.'];
    case 'HPE_INVALID_URL':
      return [400, 'The URL has to be percent-encoded.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'The request did not arrive in time.'];
    default:
      return [400, 'This is not an HTTP request.'];
  }
};
