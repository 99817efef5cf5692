import { type IncomingHttpHeaders, type Server, type ServerResponse, createServer, request as send } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * What happens to a request:
 * - `refuse`: the connection is cut before anything is forwarded;
 * - `answer`: the proxy answers itself, and forwards nothing;
 * - `dropAnswer`: the request is carried out, and the connection cut when its whole answer is there;
 * - `cutAfter`: the answer is passed on up to so many bytes of its body, then the connection is cut;
 * - `silence`: the request is carried out, and never answered.
 */
export type Fault =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly kind: 'dropAnswer' }
  | { readonly kind: 'cutAfter'; readonly bytes: number }
  | { readonly kind: 'silence' };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Stands between a client and a server, and does the next faults of its list to the requests that match. */
export interface FaultProxy {
  readonly url: string;
  readonly seen: ReadonlyArray<SeenRequest>;
  /** The faults for the next requests, in order; then everything passes. */
  readonly plan: (...faults: ReadonlyArray<Fault>) => void;
  /** Cuts all connections that are open now. */
  readonly cutAll: () => void;
  readonly close: () => Promise<void>;
}

export const startFaultProxy = async (target: string): Promise<FaultProxy> => {
  const seen: Array<SeenRequest> = [];
  const faults: Array<Fault> = [];
  const sockets = new Set<Socket>();
  const upstream = new URL(target);

  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Array<Buffer> = [];
    const fault = faults.shift();
    if (fault?.kind === 'refuse') {
      seen.push({ method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body: '' });
      incoming.socket.destroy();
      return;
    }
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      seen.push({ method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body: body.toString('utf8') });
      if (fault?.kind === 'answer') {
        outgoing.writeHead(fault.status, fault.headers).end(fault.body ?? '');
        return;
      }
      forward(incoming.method ?? 'GET', incoming.url ?? '/', incoming.headers, body, outgoing, fault);
    });
  });

  const forward = (
    method: string,
    path: string,
    headers: IncomingHttpHeaders,
    body: Buffer,
    outgoing: ServerResponse,
    fault: Exclude<Fault, { readonly kind: 'refuse' | 'answer' }> | undefined,
  ): void => {
    const { 'transfer-encoding': _, ...kept } = headers;
    const forwarded = send(
      { host: upstream.hostname, port: upstream.port, method, path, headers: { ...kept, 'content-length': body.length } },
      (answer) => {
        let passed = 0;
        let cut = false;
        if (fault?.kind === 'silence') {
          answer.resume();
          return;
        }
        if (fault?.kind === 'dropAnswer') {
          answer.resume();
          answer.on('end', () => outgoing.socket?.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        outgoing.flushHeaders();
        answer.on('data', (chunk: Buffer) => {
          if (cut) return;
          if (fault?.kind !== 'cutAfter' || passed + chunk.length < fault.bytes) {
            passed += chunk.length;
            outgoing.write(chunk);
            return;
          }
          outgoing.write(chunk.subarray(0, fault.bytes - passed), () => outgoing.socket?.destroy());
          cut = true;
          answer.destroy();
        });
        answer.on('end', () => {
          if (!cut) outgoing.end();
        });
      },
    );
    forwarded.on('error', () => outgoing.socket?.destroy());
    outgoing.on('close', () => forwarded.destroy());
    forwarded.end(body);
  };

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    plan: (...next) => {
      faults.splice(0, faults.length, ...next);
    },
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
