/// <reference lib="es2024.string" />

/**
 * Why a value is not accepted as content, and where. It never holds the value itself. The path is a JSON pointer
 * (RFC 6901) from the content's root; it is made of the content's keys, so it goes to the caller and not into logs.
 *
 * - `invalid_content`: not a JSON object, or something in it that JSON has no form for;
 * - `invalid_string`: a string or key with a lone surrogate, which UTF-8 can't hold;
 * - `unsafe_number`: infinite, or an integer beyond 2^53-1, which readers would alter;
 * - `content_too_deep`, `content_too_large`: over the limit.
 *
 * @category model
 */
export interface JsonFault {
  readonly _tag: 'JsonFault';
  readonly code: JsonFaultCode;
  readonly path: string;
  readonly message: string;
}

/** What is wrong with content. Each is stable. @category model */
export type JsonFaultCode =
  | 'invalid_content'
  | 'invalid_string'
  | 'unsafe_number'
  | 'content_too_deep'
  | 'content_too_large';

/** A fault at the value itself; the levels above put their keys in front by {@link within}. */
export const jsonFault = (code: JsonFaultCode, message: string): JsonFault => ({ _tag: 'JsonFault', code, path: '', message });

const longestStep = 64;
const longestPath = 1_000;

/** The same fault seen from the object or array around it. */
export const within = (key: string | number, fault: JsonFault): JsonFault =>
  fault.path.length > longestPath ? fault : { ...fault, path: `/${pointerStep(String(key))}${fault.path}` };

const pointerStep = (key: string): string =>
  (key.length > longestStep ? `${key.slice(0, longestStep)}…` : key)
    .toWellFormed()
    .replaceAll('~', '~0')
    .replaceAll('/', '~1');
