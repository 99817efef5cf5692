import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { Duplex } from 'node:stream';
import { Metadata, type MethodDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { FrameReader, frameOf } from './frames.js';

/** Messages that were encoded beforehand, as they are sent, one after the other. */
export class EncodedFrames {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** How a call ends. */
export interface CallEnd {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

const endOf = (error: Partial<ServiceError>): CallEnd => ({
  code: error.code ?? status.UNKNOWN,
  details: error.details ?? error.message ?? 'Unknown Error',
  ...(error.metadata === undefined ? {} : { metadata: error.metadata }),
});

const trailersOf = ({ code, details, metadata }: CallEnd): OutgoingHttpHeaders => ({
  ...metadata?.toHttp2Headers(),
  'grpc-status': String(code),
  ...(details === '' ? {} : { 'grpc-message': encodeURI(details) }),
});

/** Whether a client takes messages compressed by gzip. */
const acceptsGzip = (headers: IncomingHttpHeaders): boolean =>
  String(headers['grpc-accept-encoding'] ?? '').split(',').some((name) => name.trim() === 'gzip');

/**
 * One call of a client, of whichever kind: requests are read from it, answers written to it. An error ends it with that
 * status; `cancelled` is emitted where the client ends it or is gone.
 */
export class GrpcCall<Q, A> extends Duplex {
  readonly metadata: Metadata;
  /** Whether answers are compressed. */
  readonly compresses: boolean;
  /** Of a call with one request. */
  request!: Q;
  cancelled = false;
  readonly #stream: ServerHttp2Stream;
  readonly #method: MethodDefinition<Q, A>;
  #end: CallEnd = { code: status.OK, details: '' };
  #isOver = false;

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    method: MethodDefinition<Q, A>,
    { compresses, limit }: { readonly compresses: boolean; readonly limit: number },
  ) {
    super({ objectMode: true });
    this.#stream = stream;
    this.#method = method;
    this.metadata = Metadata.fromHttp2Headers(headers);
    this.compresses = compresses && acceptsGzip(headers);
    const frames = new FrameReader(limit);
    stream.on('data', (chunk: Buffer) => {
      try {
        for (const message of frames.take(chunk)) if (!this.push(method.requestDeserialize(message))) stream.pause();
      } catch (error) {
        const code = error instanceof RangeError ? status.RESOURCE_EXHAUSTED : status.INTERNAL;
        this.emit('error', Object.assign(error as Error, { code }));
      }
    });
    stream.on('end', () => {
      this.push(null);
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (!this.#isOver) {
        this.cancelled = true;
        this.emit('cancelled');
      }
      this.destroy();
    });
    this.on('error', (error: Partial<ServiceError>) => {
      this.#end = endOf(error);
      this.end();
    });
  }

  /** Answers that are encoded already: to be asked for as `compresses` says. False where the client takes no more for now. */
  writeFrames(frames: EncodedFrames): boolean {
    return this.write(frames);
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(answer: A | EncodedFrames, _encoding: BufferEncoding, done: () => void): void {
    if (this.#stream.destroyed) return;
    if (!this.#stream.headersSent) this.#respond({}, false);
    const bytes = answer instanceof EncodedFrames ? answer.bytes : frameOf(this.#method.responseSerialize(answer), this.compresses);
    this.#stream.write(bytes, () => {
      done();
    });
  }

  override _final(done: () => void): void {
    this.#isOver = true;
    done();
    if (this.#stream.destroyed) return;
    const trailers = trailersOf(this.#end);
    if (this.#stream.headersSent) {
      this.#stream.once('wantTrailers', () => {
        this.#stream.sendTrailers(trailers);
      });
      this.#stream.end();
    } else this.#respond(trailers, true);
  }

  #respond(more: OutgoingHttpHeaders, endStream: boolean): void {
    this.#stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': this.compresses ? 'gzip' : 'identity', 'grpc-accept-encoding': 'identity,gzip', ...more },
      endStream ? { endStream } : { waitForTrailers: true },
    );
  }
}
