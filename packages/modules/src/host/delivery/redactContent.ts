import type { Json, JsonObject } from '@account-data/domain';
import type { DeliveryRef } from '../ModuleRef.js';

const maxMessageLength = 500;
/** Shorter texts (`on`, `dark`) are in every other sentence, and tell nothing. */
const minSecretLength = 5;

/** What a text may hold account data of, and the IDs and types in it that an operator needs. */
export type RedactedChange = Pick<DeliveryRef, 'userId' | 'roomId' | 'type' | 'eventId' | 'stream'> & {
  readonly content: JsonObject;
};

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Strikes texts and numbers of the content out of a message, and shortens it. The user, room and type of the change, its
 * event ID and its stream stay, although a text of the content is a part of one; where one is a part of a longer text of the
 * content, it goes with that.
 *
 * @category combinators
 */
export const redactContent = (message: string, change: RedactedChange): string => {
  const text = message.slice(0, 10 * maxMessageLength);
  const secrets = secretsOf(change.content).flatMap((secret) => rangesOf(text, secret));
  const redacted = secrets.length === 0 ? text : strikeOut(text, secrets, identifiersIn(text, change));
  return redacted.length > maxMessageLength ? `${redacted.slice(0, maxMessageLength)}…` : redacted;
};

const identifiersIn = (text: string, { userId, roomId, type, eventId, stream }: RedactedChange): ReadonlyArray<Range> =>
  [userId, roomId, type, eventId, stream].flatMap((identifier) =>
    identifier === null || identifier === '' ? [] : rangesOf(text, identifier),
  );

const strikeOut = (text: string, secrets: ReadonlyArray<Range>, kept: ReadonlyArray<Range>): string => {
  const struck = secrets
    .filter(({ from, to }) => !kept.some((range) => range.from <= from && to <= range.to))
    .sort((a, b) => a.from - b.from);
  let result = '';
  let through = 0;
  for (const { from, to } of struck) {
    if (from >= through) result += `${text.slice(through, from)}[account data]`;
    through = Math.max(through, to);
  }
  return result + text.slice(through);
};

/** Where it occurs, overlapping itself or not. */
const rangesOf = (text: string, part: string): ReadonlyArray<Range> => {
  const ranges: Array<Range> = [];
  for (let from = text.indexOf(part); from >= 0; from = text.indexOf(part, from + 1)) ranges.push({ from, to: from + part.length });
  return ranges;
};

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
  return [...secrets];
};

const isObject = (value: JsonObject | ReadonlyArray<Json>): value is JsonObject => !Array.isArray(value);
