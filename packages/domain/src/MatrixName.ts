import { maxNameBytes } from './Limits.js';
import { fitsUtf8, isWellFormed } from './Utf8.js';

/** Whether a string can name a type or a tag: 1 to 255 bytes of UTF-8 without NUL. */
export const isMatrixName = (text: string): boolean =>
  text.length > 0 && fitsUtf8(text, maxNameBytes) && !text.includes('\0') && isWellFormed(text);
