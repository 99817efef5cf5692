/// <reference lib="es2024.string" />

/**
 * How many bytes a string takes in UTF-8. A lone surrogate counts three, as the replacement character does.
 *
 * @category sizes
 */
export const utf8Length = (text: string): number => {
  let bytes = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i += 1;
    } else bytes += 2;
  }
  return bytes;
};

/**
 * Whether a string takes at most so many bytes in UTF-8. Strings that can't reach the limit are not looked at.
 *
 * @category sizes
 */
export const fitsUtf8 = (text: string, limit: number): boolean =>
  text.length * 3 <= limit || (text.length <= limit && utf8Length(text) <= limit);

/**
 * Whether a string can be written as UTF-8, that is, has no lone surrogate.
 *
 * @category predicates
 */
export const isWellFormed = (text: string): boolean => text.isWellFormed();

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
