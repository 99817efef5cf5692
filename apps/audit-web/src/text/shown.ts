/**
 * Text of others as it may be shown: characters that steer a terminal or the direction of writing, or that can't be seen, are
 * shown by their numbers, so that nothing can pass for something else.
 */
export const shown = (text: string): string =>
  text.replace(unseen, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

/** Controls (but for line feed and tab), format characters (bidirectional ones, zero-width ones), lone surrogates, private use. */
const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;

/** A value in one line of at most so many characters. */
export const brief = (value: unknown, length = 60): string => {
  const text = shown(JSON.stringify(value));
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
};
