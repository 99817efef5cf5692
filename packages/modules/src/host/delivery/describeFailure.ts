import type { ParkedError } from '../ModuleHost.js';
import { framesOf } from './framesOf.js';
import { type RedactedChange, redactContent } from './redactContent.js';

/** An error as it may be logged and stored, and where in the code it was thrown. */
export interface FailureDescription {
  readonly error: ParkedError;
  readonly stack: string | undefined;
}

/**
 * What a callback failed with, for logs and parked streams: account data that a module put into its message is struck
 * out. Where it is not known which change it was about, the message is not told at all. Works for whatever can be thrown,
 * undefined included.
 */
export const describeFailure = (thrown: unknown, change: RedactedChange | undefined): FailureDescription => {
  const told = (text: string): string => (change === undefined ? 'Not told.' : redactContent(text, change));
  try {
    if (!(thrown instanceof Error)) {
      const shown = typeof thrown === 'string' ? told(thrown) : `The module threw ${typeOf(thrown)}.`;
      return { error: { name: 'NotAnError', message: shown }, stack: undefined };
    }
    const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
    const name = change === undefined ? thrown.name : redactContent(thrown.name, change);
    const error = { name, message: told(thrown.message) };
    return { error: code === undefined ? error : { ...error, code: told(code) }, stack: framesOf(thrown) };
  } catch {
    // A getter of the thrown object threw in its turn.
    return { error: { name: 'UnreadableError', message: 'The module threw something that cannot be read.' }, stack: undefined };
  }
};

const typeOf = (value: unknown): string => (value === null ? 'null' : typeof value === 'object' ? 'an object' : typeof value);
