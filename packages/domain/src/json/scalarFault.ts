import { isWellFormed } from '../Utf8.js';
import { type JsonFault, jsonFault } from './JsonFault.js';

/** What is wrong with a value that is neither an object nor an array; undefined for an acceptable scalar. */
export const scalarFault = (value: unknown): JsonFault | undefined => {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? undefined : surrogateFault;
    case 'number':
      return isSafeNumber(value) ? undefined : numberFault(value);
    case 'boolean':
      return undefined;
    case 'undefined':
      return jsonFault('invalid_content', 'It is undefined, which JSON has no form for. Leave the key out, or use null.');
    case 'function':
      return jsonFault('invalid_content', 'It is a function, which JSON has no form for.');
    case 'symbol':
      return jsonFault('invalid_content', 'It is a symbol, which JSON has no form for.');
    case 'bigint':
      return jsonFault('invalid_content', 'It is a BigInt, which JSON has no form for. Send it as a string.');
    case 'object':
      return value === null ? undefined : jsonFault('invalid_content', 'It is not plain JSON.');
  }
};

/** Whether JSON text and its readers keep the number: finite, and an integer only where it is exact. */
export const isSafeNumber = (value: number): boolean =>
  Number.isInteger(value) ? value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER : Number.isFinite(value);

const numberFault = (value: number): JsonFault =>
  Number.isNaN(value)
    ? jsonFault('invalid_content', 'It is not a number (NaN), which JSON has no form for.')
    : jsonFault(
        'unsafe_number',
        'It is a number that is not kept exactly: infinite, or an integer beyond 2^53-1. Send it as a string.',
      );

export const surrogateFault: JsonFault = jsonFault(
  'invalid_string',
  'It holds half of a surrogate pair, which UTF-8 has no form for.',
);

export const keySurrogateFault: JsonFault = jsonFault(
  'invalid_string',
  'Its key holds half of a surrogate pair, which UTF-8 has no form for.',
);

export const notAnObject: JsonFault = jsonFault('invalid_content', 'The content must be a JSON object.');
