import { maxNameBytes } from './Limits.js';

const colon = 0x3a;

/**
 * Where the localpart of an identifier ends: at its first `:`, or at the end of the text where there is none. -1 where
 * the sigil is another one, the localpart holds NUL or a lone surrogate, or the whole takes more than 255 bytes in UTF-8.
 * What follows the `:` is not looked at; a server name has one byte a character.
 */
export const localpartEnd = (text: string, sigil: number): number => {
  if (text.length > maxNameBytes || text.charCodeAt(0) !== sigil) return -1;
  let bytes = text.length;
  let i = 1;
  for (; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      if (unit === colon) break;
      if (unit === 0) return -1;
    } else if (unit < 0x800) bytes += 1;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 2;
    else {
      const next = text.charCodeAt(i + 1);
      if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return -1;
      bytes += 2;
      i += 1;
    }
  }
  return bytes > maxNameBytes ? -1 : i;
};
