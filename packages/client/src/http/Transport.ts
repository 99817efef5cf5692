import { copyJsonObject, storedJsonLimits } from '@account-data/domain';
import { ProblemDetails, pathOf, queryOf, reasonHeader } from '@account-data/service-api';
import type { Operation, StreamOperation } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { ClientError, problemError, unexpectedAnswer, unsendable } from '../ClientError.js';
import type { ClientRuntime, Fetch } from '../ports/ClientRuntime.js';
import { bodyText } from './bodyReader.js';
import { decodeJson, parseJson } from './decodeJson.js';
import { Lifetime } from './Lifetime.js';
import { PositionMemory } from './PositionMemory.js';
import { delayAfter, pause, retryAfterOf } from './retry.js';
import type { RetryPolicy } from './retry.js';

/** What requests are sent with. Times are in milliseconds. @category model */
export interface TransportOptions {
  readonly baseUrl: string;
  /** Called for each request; with `refused` after the server did not know that token. */
  readonly token: (refused?: string) => string | Promise<string>;
  /** False: a refused token is final, since there is no other. */
  readonly tokenRenews: boolean;
  readonly fetch: Fetch;
  readonly runtime: ClientRuntime;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  readonly retries: RetryPolicy;
  /** Ends what is given no signal of its own. */
  readonly signal?: AbortSignal | undefined;
  /** Why data of others is looked at. */
  readonly reason?: string | (() => string | undefined) | undefined;
}

/** One request, whatever its operation. @category model */
export interface WireRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestInit['body'];
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; default the client's. Infinity: none. */
  readonly timeout?: number;
}

/** One call of an operation. Only what is `repeatable` is sent again after a failure. @category model */
export interface CallRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body?: B;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number;
  /** Whether it may be sent twice: true for reads, and for changes with a request key. */
  readonly repeatable: boolean;
}

/** An answer that is being read. @category model */
export interface OpenAnswer {
  readonly response: Response;
  /** Aborted when the exchange is over. */
  readonly signal: AbortSignal;
  /** Ends the exchange after so many milliseconds from now, unless this is called again before. */
  readonly limit: (milliseconds: number) => void;
  /** What a failure of reading means: that it was aborted, late, or cut off. */
  readonly errorOf: (error: unknown) => ClientError;
  /** Lets go of the connection. */
  readonly close: () => void;
}

/** Sends requests, repeats those that may be, and reads answers by their codecs. */
export class Transport {
  readonly positions = new PositionMemory();
  readonly #options: TransportOptions;
  readonly #base: string;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#base = options.baseUrl.replace(/\/+$/, '');
  }

  get runtime(): ClientRuntime {
    return this.#options.runtime;
  }

  get retries(): RetryPolicy {
    return this.#options.retries;
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  get timeout(): number {
    return this.#options.timeout;
  }

  /** Performs an operation and decodes its answer. Rejects with a {@link ClientError}. */
  async call<P, Q, A, B>(operation: Operation<P, Q, A, B>, request: CallRequest<P, Q, B>): Promise<A> {
    const json = request.body === undefined || operation.body === undefined ? undefined : jsonText(operation.body.encode(request.body));
    const wire: WireRequest = {
      ...this.wire(operation, request.params, request.query),
      headers: { Accept: 'application/json', ...(json === undefined ? {} : { 'Content-Type': 'application/json' }), ...request.headers },
      signal: request.signal,
      ...(json === undefined ? {} : { body: json }),
      ...(request.timeout === undefined ? {} : { timeout: request.timeout }),
    };
    const attempt = (): Promise<A> => this.exchangeJson(operation, wire);
    return request.repeatable ? this.repeat(attempt, request.signal) : attempt();
  }

  /** Method and path of an operation. */
  wire<P, Q>(operation: StreamOperation<P, Q>, params: P, query: Q): Pick<WireRequest, 'method' | 'path'> {
    return { method: operation.method, path: `${pathOf(operation, params)}${queryOf(operation, query)}` };
  }

  /** Tries until it succeeds, fails for good, or was tried often enough. */
  async repeat<A>(attempt: () => Promise<A>, signal: AbortSignal | undefined): Promise<A> {
    const { retries, runtime } = this.#options;
    for (let failures = 1; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        const delay = delayAfter(error, failures, retries, runtime);
        if (delay === undefined) throw error;
        await pause(runtime, delay, signal ?? this.#options.signal);
      }
    }
  }

  /** One attempt, its answer read whole within the time limit, and decoded. Rejects with a {@link ClientError}. */
  async exchangeJson<A>({ answer: codec }: { readonly answer: t.Type<A, unknown, unknown> }, request: WireRequest): Promise<A> {
    const answer = await this.open(request);
    try {
      return decodeJson(codec, await bodyText(answer.response, answer.signal), answer.response.status);
    } catch (error) {
      throw answer.errorOf(error);
    } finally {
      answer.close();
    }
  }

  /**
   * One attempt whose answer is read by and by: the caller closes it. A token that the server does not know is asked for
   * anew once, if there is something to ask.
   */
  async open(request: WireRequest): Promise<OpenAnswer> {
    const { token, tokenRenews } = this.#options;
    const first = await token();
    try {
      return await this.#send(request, first);
    } catch (error) {
      if (!tokenRenews || !isUnused(request.body) || !(error instanceof ClientError) || error.status !== 401) throw error;
      return await this.#send(request, await token(first));
    }
  }

  async #send(request: WireRequest, token: string): Promise<OpenAnswer> {
    const { fetch, runtime, timeout } = this.#options;
    const lifetime = new Lifetime(runtime, request.signal ?? this.#options.signal, request.timeout ?? timeout);
    try {
      const init = {
        method: request.method,
        headers: { ...request.headers, ...this.#reason(), Authorization: `Bearer ${token}` },
        signal: lifetime.signal,
        // Tokens go to the base URL only, and an answer is never an old one.
        redirect: 'manual' as const,
        cache: 'no-store' as const,
        credentials: 'omit' as const,
        ...(request.body === undefined ? {} : { body: request.body, ...(typeof request.body === 'string' ? {} : { duplex: 'half' as const }) }),
      };
      const response = await fetch(`${this.#base}${request.path}`, init);
      if (isRedirect(response)) throw unexpectedAnswer('The answer is a redirect, which is not followed: the token is for the base URL only.', response.status);
      this.positions.note(response.headers.get('account-data-position'));
      if (!response.ok) throw await this.#failure(response, lifetime.signal);
      return { response, signal: lifetime.signal, limit: lifetime.limit, errorOf: lifetime.errorOf, close: lifetime.end };
    } catch (error) {
      const failure = lifetime.errorOf(error);
      lifetime.end();
      throw failure;
    }
  }

  #reason(): Readonly<Record<string, string>> {
    const { reason } = this.#options;
    const given = typeof reason === 'function' ? reason() : reason;
    return given === undefined || given === '' ? {} : { [reasonHeader]: encodeURIComponent(given) };
  }

  async #failure(response: Response, signal: AbortSignal): Promise<ClientError> {
    const text = await bodyText(response, signal);
    const retryAfter = retryAfterOf(response.headers.get('retry-after'), this.#options.runtime);
    const problem = parseJson(text);
    const details = E.isLeft(problem) ? problem : ProblemDetails.decode(problem.right);
    if (E.isRight(details)) {
      // What was read and written before is not in the log any more. The caller is told, once.
      if (details.right.code === 'position_lost') this.positions.forget();
      return problemError(details.right, retryAfter);
    }
    return unexpectedAnswer(`The answer had status ${String(response.status)}, but no problem details.`, response.status, undefined, retryAfter);
  }
}

/** The text of a body that it holds exactly. Limits of content are the server's. Throws a {@link ClientError}. */
const jsonText = (body: unknown): string => {
  const checked = copyJsonObject(body, storedJsonLimits);
  if (E.isLeft(checked)) throw unsendable(checked.left);
  return JSON.stringify(checked.right);
};

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Browsers tell of a redirect only that it is one. */
const isRedirect = ({ type, status }: Response): boolean => type === 'opaqueredirect' || redirects.has(status);

/** A stream is used up by its first attempt. */
const isUnused = (body: RequestInit['body']): boolean => !(body instanceof ReadableStream);
