import type { Json } from '@account-data/domain';

const short: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const stringText = (text: string): string =>
  // By code unit, as Python does: a character beyond U+FFFF becomes a surrogate pair.
  `"${text.replace(/[^ !#-[\]-~]/g, (unit) => short[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

/** Both give the shortest digits that read as the same double; Python turns to an exponent below 0.0001, JavaScript later. */
const numberText = (number: number): string => {
  const size = Math.abs(number);
  if (size === 0 || size >= 1e-4) return String(number);
  const [digits = '', exponent = ''] = number.toExponential().split('e-');
  return `${digits}e-${exponent.padStart(2, '0')}`;
};

/**
 * JSON text as Python's `json.dumps` writes it by default: a blank after colon and comma, and nothing but ASCII. A whole
 * number is written as one: JSON text does not tell this program whether it was `1` or `1.0`. Source: the documentation of
 * Python's module `json`.
 *
 * @category destructors
 */
export const pythonJson = (value: Json): string => {
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return isList(value)
    ? `[${value.map(pythonJson).join(', ')}]`
    : `{${Object.entries(value)
        .map(([key, member]) => `${stringText(key)}: ${pythonJson(member)}`)
        .join(', ')}}`;
};

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value);
