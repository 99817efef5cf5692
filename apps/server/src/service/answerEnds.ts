import type { Call } from './Endpoint.js';

/** Why an answer that goes on, or waits, has to end. @category model */
export type AnswerEnd = 'gone' | 'stopping' | 'token';

/** What ends an answer that goes on, or waits. @category model */
export interface AnswerEnds {
  /** Aborted with the first of them. */
  readonly signal: AbortSignal;
  readonly why: () => AnswerEnd | undefined;
  /** Nothing stays attached to the session and to the server's own signal, which lives as long as the server. */
  readonly release: () => void;
}

/**
 * An answer that goes on, or waits, ends when its client has gone, when the server stops, and when the token no longer
 * stands for whom it stood for: removed, expired, or of another role.
 *
 * @category constructors
 */
export const answerEnds = ({ exchange, session, context: { stopping } }: Pick<Call<never, never, never>, 'exchange' | 'session' | 'context'>): AnswerEnds => {
  const ending = new AbortController();
  let why: AnswerEnd | undefined;
  const endBy = (end: AnswerEnd) => (): void => {
    why ??= end;
    ending.abort();
  };
  const [gone, stop] = [endBy('gone'), endBy('stopping')];
  const response = exchange.reply.raw;
  response.once('close', gone);
  stopping.addEventListener('abort', stop, { once: true });
  const unfollow = session.follow(endBy('token'));
  if (stopping.aborted) stop();
  return {
    signal: ending.signal,
    why: () => why,
    release: () => {
      response.off('close', gone);
      stopping.removeEventListener('abort', stop);
      unfollow();
    },
  };
};
