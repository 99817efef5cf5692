import { RefusedRecord, transferContentType } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { linesOf } from '../../output/lines.js';
import { printable } from '../../output/printable.js';
import { type RecordSource, exportLines, refusedText } from '../../output/refusedText.js';
import { type Refusal, refusal } from '../../Refusal.js';
import { inBrackets, systemErrorOf } from '../../systemError.js';
import { inputRefusal } from '../inputRefusal.js';

/** How long a request may take that is neither a download nor an upload, in milliseconds. */
const longest = 30_000;

/** A running server, as this command speaks to it. @category model */
export interface HttpServer {
  /** The body of the answer, where the server accepted the request (2xx). */
  readonly request: (method: 'GET' | 'POST', path: string, body?: unknown) => TE.TaskEither<Refusal, unknown>;
  /** The lines of an answer, one after the other, up to its end or until `end`; without a limit of time. */
  readonly download: (path: string, onLine: (line: string) => Promise<void>, end?: AbortSignal) => TE.TaskEither<Refusal, void>;
  /** Sends lines as they come and gives the body of the answer; without a limit of time. A line that is refused is named. */
  readonly upload: (path: string, lines: AsyncIterable<string>, source: RecordSource) => TE.TaskEither<Refusal, unknown>;
}

const Fault = t.type({ path: t.string, message: t.string });

const Problem = t.intersection([
  t.type({ code: t.string }),
  t.partial({ title: t.string, detail: t.string, pointer: t.string, errors: t.array(Fault), refused: RefusedRecord }),
]);

const advice: Readonly<Record<number, string>> = {
  401: 'Give a token that the server knows, with ACCOUNT_DATA_TOKEN or --token. `account-data token create` makes one.',
  403: 'Give a token that may, with ACCOUNT_DATA_TOKEN or --token. `account-data token create --role ROLE` makes one.',
  429: 'Try again later: the server limits the rate.',
  503: 'Try again: the server is busy, or not ready yet.',
};

/** Each place in the request where something else was expected. */
const faultsOf = ({ errors = [] }: t.TypeOf<typeof Problem>): ReadonlyArray<string> =>
  errors.map(({ path, message }) => `At ${path.replace(/^\/(?:path|query|body)(?:\/commands\/0)?(?=\/)/, '')}: ${message}.`);

/** What a server's problem details (RFC 9457) come to. @category constructors */
export const problemRefusal = (status: number, answer: unknown, source: RecordSource = exportLines): Refusal => {
  const decoded = Problem.decode(answer);
  if (E.isLeft(decoded)) return refusal('unexpected_answer', `The server answered ${status}.`, advice[status] ?? 'Is --url an account data server?');
  const body = decoded.right;
  return body.refused !== undefined
    ? refusal(body.code, refusedText(source, body.refused), 'What came before it is imported. What is there is passed over when it is imported again.')
    : inputRefusal(body.code, [body.detail ?? `${body.title ?? `The server answered ${status}`}.`, ...faultsOf(body)].join(' '), body.pointer, advice[status]);
};

/**
 * Speaks to the server at a URL with a token, until `stopped` is aborted. `timeout` in milliseconds.
 *
 * @category constructors
 */
export const httpServer = (url: URL, token: string, stopped: AbortSignal, timeout: number = longest): HttpServer => {
  const base = url.href.replace(/\/+$/, '');
  const headers = { Authorization: `Bearer ${token}` };
  const unreachable = (): Refusal =>
    stopped.aborted
      ? refusal('interrupted', 'Interrupted. Whether the server did it is not known.')
      : refusal('server_unreachable', `No answer from ${url.origin}.`, 'Is the server running, and is this its address? It is that of --url, else of ACCOUNT_DATA_PORT, else of the configuration.');
  return {
    download: (path, onLine, end) => async () => {
      try {
        const signal = end === undefined ? stopped : AbortSignal.any([stopped, end]);
        const response = await fetch(`${base}${path}`, { headers, signal, redirect: 'manual' });
        if (!response.ok || response.body === null) return E.left(problemRefusal(response.status, parse(await response.text())));
        for await (const line of linesOf(response.body)) await onLine(line);
        return E.right(undefined);
      } catch {
        if (end?.aborted === true) return E.right(undefined);
        return E.left(unreachable());
      }
    },
    upload: (path, lines, source) => async () => {
      const input: { failure?: unknown } = {};
      try {
        const response = await fetch(`${base}${path}`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': transferContentType },
          body: ReadableStream.from(bytesOf(lines, input)),
          duplex: 'half',
          signal: stopped,
          redirect: 'manual',
        });
        const answer = parse(await response.text());
        return response.ok ? E.right(answer) : E.left(problemRefusal(response.status, answer, source));
      } catch {
        return E.left('failure' in input ? unreadable(input.failure) : unreachable());
      }
    },
    request: (method, path, body) => async () => {
      let response: Response;
      let text: string;
      const { signal, release } = limited(stopped, timeout);
      try {
        response = await fetch(`${base}${path}`, {
          method,
          headers: {
            ...headers,
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal,
          redirect: 'manual',
        });
        text = await response.text();
      } catch {
        return E.left(unreachable());
      } finally {
        release();
      }
      const answer = parse(text);
      return response.ok ? E.right(answer) : E.left(problemRefusal(response.status, answer));
    },
  };
};

/**
 * Aborted by another signal, or after so many milliseconds, until it is released. Not an `AbortSignal.any` of an
 * `AbortSignal.timeout`, which Node 20 loses to a garbage collection.
 */
const limited = (stopped: AbortSignal, milliseconds: number): { readonly signal: AbortSignal; readonly release: () => void } => {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const timer = setTimeout(abort, milliseconds);
  stopped.addEventListener('abort', abort);
  if (stopped.aborted) abort();
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', abort);
    },
  };
};

/** Notes what the lines fail with: to `fetch`, it is a failed request as any other. */
async function* bytesOf(lines: AsyncIterable<string>, input: { failure?: unknown }): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder();
  try {
    for await (const line of lines) yield encoder.encode(`${line}\n`);
  } catch (error) {
    input.failure = error;
    throw error;
  }
}

const unreadable = (failure: unknown): Refusal => {
  const error = systemErrorOf(failure);
  return refusal(
    'input_unreadable',
    `${printable(error.path ?? 'What is to be imported')} can't be read${inBrackets(error)}.`,
    'What was read before is imported or not, as a whole or in part: it is safe to import it again.',
  );
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The body as a codec reads it; an answer that is something else is a refusal. */
export const decodeAnswer = <A, O>(codec: t.Type<A, O, unknown>, body: unknown): E.Either<Refusal, A> => {
  const decoded = codec.decode(body);
  return E.isRight(decoded)
    ? decoded
    : E.left(
        refusal(
          'unexpected_answer',
          'The server sent an answer that this command does not understand.',
          'Is --url an account data server of the same version?',
        ),
      );
};
