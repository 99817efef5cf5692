import { createSecureServer, createServer, type Http2SecureServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { type MethodDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { GrpcCall } from './GrpcCall.js';

export interface TlsFiles {
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** Clients must show a certificate that this one signed. */
  readonly clientCa?: Buffer;
}

/** What a call that is answered once is answered with. */
export type Answer<A> = (error: Partial<ServiceError> | null, answer?: A) => void;

export interface GrpcServerOptions {
  readonly tls?: TlsFiles;
  /** Compresses its answers, message by message, for clients that accept gzip. */
  readonly compresses: boolean;
  /** Hears of the headers of each call. */
  readonly onCall: (path: string, headers: IncomingHttpHeaders) => void;
}

/** The most bytes that a request may have. */
const requestLimit = 17 * 1024 * 1024;

/**
 * A gRPC server on Node's HTTP/2. That of `@grpc/grpc-js` can't compress what it answers, nor send what is encoded
 * already, nor tell what a client accepts.
 */
export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #methods = new Map<string, (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #server: Http2Server | Http2SecureServer | undefined;

  constructor(options: GrpcServerOptions) {
    this.#options = options;
  }

  /** A call with one request has it when its handler is called; one that is answered by a stream has no use for `answer`. */
  add<Q, A>(method: MethodDefinition<Q, A>, handler: (call: GrpcCall<Q, A>, answer: Answer<A>) => void): void {
    this.#methods.set(method.path, (stream, headers) => {
      const call = new GrpcCall(stream, headers, method, { compresses: this.#options.compresses, limit: requestLimit });
      const answer: Answer<A> = (error, value) => {
        if (error !== null) call.emit('error', error);
        else {
          call.write(value);
          call.end();
        }
      };
      if (method.requestStream) handler(call, answer);
      else {
        call.once('data', (request: Q) => {
          call.request = request;
          handler(call, answer);
        });
      }
    });
  }

  /** Listens on a free port of 127.0.0.1, and gives it. */
  async listen(): Promise<number> {
    const { tls } = this.#options;
    const server =
      tls === undefined
        ? createServer()
        : createSecureServer({ key: tls.key, cert: tls.certificate, ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }) });
    server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session);
      session.on('error', () => undefined);
      session.once('close', () => this.#sessions.delete(session));
    });
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      this.#take(stream, headers);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    this.#server = server;
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Ends as a process does that is killed. */
  kill(): void {
    for (const session of this.#sessions) session.destroy();
    this.#server?.close();
  }

  #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const path = String(headers[':path']);
    this.#options.onCall(path, headers);
    const handle = this.#methods.get(path);
    if (handle !== undefined) handle(stream, headers);
    else stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(status.UNIMPLEMENTED) }, { endStream: true });
  }
}
