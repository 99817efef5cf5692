// Control characters, line and paragraph separators, and those that change the direction of text: ids, types and
// reasons come from anyone, and a terminal obeys what is written to it.
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text that a terminal shows on one line as it is: what it would obey or reorder is escaped as in JSON. */
export const printable = (text: string): string => text.replace(unprintable, escape);

/** JSON on one line, the same value when parsed, with nothing in it that a terminal would obey. */
export const printableJson = (value: unknown): string => printable(JSON.stringify(value));
