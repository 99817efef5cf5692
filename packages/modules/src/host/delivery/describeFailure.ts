import type { Json, JsonObject } from '@account-data/domain';
import type { ParkedError } from '../ModuleHost.js';

const maxMessageLength = 500;
/** Shorter texts (`on`, `dark`) are in every other sentence, and tell nothing. */
const minSecretLength = 5;

/** An error as it may be logged and stored, and where in the code it was thrown. */
export interface FailureDescription {
  readonly error: ParkedError;
  readonly stack: string | undefined;
}

/**
 * What a callback failed with, for logs and parked streams: account data that a module put into its message is struck
 * out. Works for whatever can be thrown, undefined included.
 */
export const describeFailure = (thrown: unknown, content: JsonObject): FailureDescription => {
  try {
    if (!(thrown instanceof Error)) {
      const shown = typeof thrown === 'string' ? redact(thrown, content) : `The module threw ${typeOf(thrown)}.`;
      return { error: { name: 'NotAnError', message: shown }, stack: undefined };
    }
    const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
    const error = { name: redact(thrown.name, content), message: redact(thrown.message, content) };
    return { error: code === undefined ? error : { ...error, code: redact(code, content) }, stack: framesOf(thrown) };
  } catch {
    // A getter of the thrown object threw in its turn.
    return { error: { name: 'UnreadableError', message: 'The module threw something that cannot be read.' }, stack: undefined };
  }
};

const typeOf = (value: unknown): string => (value === null ? 'null' : typeof value === 'object' ? 'an object' : typeof value);

const framesOf = (error: Error): string | undefined => {
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return frames === undefined || frames.length === 0 ? undefined : frames.slice(0, 6).map((line) => line.trim()).join('\n');
};

/** Strikes texts and numbers of the content out of a message, and shortens it. @category combinators */
export const redact = (message: string, content: JsonObject): string => {
  let redacted = message.slice(0, 10 * maxMessageLength);
  for (const secret of secretsOf(content)) redacted = redacted.replaceAll(secret, '[account data]');
  return redacted.length > maxMessageLength ? `${redacted.slice(0, maxMessageLength)}…` : redacted;
};

/** The longest first, so that a part of a text doesn't save the rest of it. */
const secretsOf = (content: JsonObject): ReadonlyArray<string> => {
  const secrets = new Set<string>();
  const pending: Array<Json> = [content];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value === 'string') {
      if (value.length >= minSecretLength) secrets.add(value).add(JSON.stringify(value).slice(1, -1));
    } else if (typeof value === 'number') {
      if (String(value).length >= minSecretLength) secrets.add(String(value));
    } else if (typeof value === 'object' && value !== null) {
      const text = JSON.stringify(value);
      if (text.length >= minSecretLength) secrets.add(text);
      if (isObject(value)) {
        for (const [key, member] of Object.entries(value)) {
          if (key.length >= minSecretLength) secrets.add(key);
          pending.push(member);
        }
      } else pending.push(...value);
    }
  }
  return [...secrets].sort((a, b) => b.length - a.length);
};

const isObject = (value: JsonObject | ReadonlyArray<Json>): value is JsonObject => !Array.isArray(value);
