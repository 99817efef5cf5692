import { fitsUtf8, isWellFormed } from './Utf8.js';

/** The most bytes that the name of a type or tag may ever take in UTF-8; limits can be lower, never higher. */
export const maxNameBytes = 255;

/** Whether a string can name a type or a tag: 1 to 255 bytes of UTF-8 without NUL. */
export const isMatrixName = (text: string): boolean =>
  text.length > 0 && fitsUtf8(text, maxNameBytes) && !text.includes('\0') && isWellFormed(text);
