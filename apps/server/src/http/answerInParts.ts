import type { Turns } from '@account-data/runtime';
import { boundHeap } from '../boundHeap.js';
import type { Exchange } from './Exchange.js';
import type { OpenAnswer, OpenAnswers } from './OpenAnswers.js';
import type { Responder } from './Responder.js';

/** What long answers are written with. @category model */
export interface PartsContext {
  readonly responder: Responder;
  readonly answers: OpenAnswers;
  readonly turns: Turns;
}

/** An answer that is written as its parts come. @category model */
export interface AnswerInParts {
  readonly status: number;
  /** JSON text. */
  readonly parts: AsyncIterable<string>;
  readonly headers?: ReadonlyArray<string>;
  /** Whose data it is: once one of them is erased, it does not go on. */
  readonly about?: ReadonlySet<string>;
}

/** What is written at once, in characters; an answer that is no longer is written as a whole, with its length. */
const chunkLength = 64 * 1024;

/** Writes JSON as its parts come and as its reader takes them: of a long answer only a chunk is in memory. */
export const answerInParts = async (exchange: Exchange, context: PartsContext, answer: AnswerInParts): Promise<void> => {
  const { responder, answers, turns } = context;
  const { status, parts, headers = [], about } = answer;
  const open = answers.open(exchange.reply.raw, about);
  const writing = { isBegun: false, chunk: '', releaseHeap: (): void => undefined };
  const flush = async (): Promise<void> => {
    if (!writing.isBegun) {
      responder.stream(exchange, status, ['Content-Type', 'application/json', ...headers]);
      // It is still being answered, unlike a feed.
      responder.enter();
      writing.isBegun = true;
      writing.releaseHeap = boundHeap();
    }
    open.write(writing.chunk);
    turns.spend(writing.chunk.length);
    writing.chunk = '';
    await open.drained();
    await turns.next();
  };
  try {
    for await (const part of parts) {
      if (open.isGone()) break;
      writing.chunk += part;
      if (writing.chunk.length >= chunkLength) await flush();
    }
    if (!writing.isBegun) responder.json(exchange, status, writing.chunk, headers, about);
    else if (!open.isGone()) open.write(writing.chunk);
  } catch (error) {
    // The reader sees that something is missing.
    if (writing.isBegun) exchange.reply.raw.destroy();
    throw error;
  } finally {
    if (writing.isBegun) responder.leave();
    writing.releaseHeap();
    open.end();
  }
};

/** Writes items as fast as their reader takes them: nothing piles up in memory. Ends early when the signal is aborted. */
export const writeItems = async <A>(
  items: AsyncIterable<A>,
  answer: OpenAnswer,
  { turns, signal }: { readonly turns: Turns; readonly signal: AbortSignal },
  encode: (item: A) => { readonly text: string; readonly userId: string | undefined },
): Promise<void> => {
  for await (const item of items) {
    if (signal.aborted || answer.isGone()) return;
    const { text, userId } = encode(item);
    answer.write(text, userId);
    turns.spend(text.length);
    await drainedOrAborted(answer.drained(), signal);
    await turns.next();
  }
};

const drainedOrAborted = (drained: Promise<void> | undefined, signal: AbortSignal): Promise<void> | undefined =>
  drained &&
  new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    void drained.then(done);
    if (signal.aborted) done();
  });
