import type { Localpart, Operation } from './Operation.js';

/** One of the two that are compared. @category model */
export interface Side {
  readonly url: string;
  readonly tokenOf: (user: Localpart) => string;
  /** A room that alice and bob have joined. */
  readonly room: string;
  /** What the audit rooms hold, one list for each module that announces: who said what, in order. */
  readonly announced: () => Promise<ReadonlyArray<ReadonlyArray<Announced>>>;
  /** The end of a user, as an administrator brings it about. */
  readonly deactivate: (user: Localpart) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A message in an audit room. @category model */
export interface Announced {
  readonly sender: string;
  readonly body: string;
}

const longest = 60;

const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}… (${String(text.length)} characters)` : text);

/**
 * Does an operation, and gives its answer as one line: the status, and the error code or the body. The words of an error are
 * each side's own.
 *
 * @category interpreters
 */
export const answerOf = async ({ url, room, tokenOf }: Side, { user, method, path, body, token }: Operation): Promise<string> => {
  const bearer = token === undefined ? tokenOf(user) : token;
  const response = await fetch(url + path.replace('{room}', encodeURIComponent(room)), {
    method,
    headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return `${String(response.status)} ${response.ok ? shortened(text) : errorCodeOf(text)}`;
};

const errorCodeOf = (text: string): string => {
  try {
    return String((JSON.parse(text) as { readonly errcode?: unknown }).errcode);
  } catch {
    return 'no JSON';
  }
};
