import { type Limits, depthCeiling } from '../Limits.js';
import { fitsUtf8 } from '../Utf8.js';
import type { Json } from './Json.js';
import { type JsonFault, jsonFault } from './JsonFault.js';

/** How large (bytes of UTF-8) and how deep content may be. @category model */
export type JsonLimits = Pick<Limits, 'maxContentBytes' | 'maxDepth'>;

/** For content that is in the log already: limits may have been lowered since it was written. */
export const storedJsonLimits: JsonLimits = { maxContentBytes: Infinity, maxDepth: depthCeiling };

/** The most bytes that a string of so many UTF-16 units takes as JSON text: two quotes and `\u0000` for each unit. */
export const stringBound = (text: string): number => text.length * 6 + 2;

/** The most bytes of a number (`-1.2345678901234567e-300`), and of `false`. */
export const scalarBound = 25;

/**
 * Whether the content takes at most `maxContentBytes`. It is measured only where the bound, which costs nothing to
 * know, is over the limit.
 */
export const sizeFault = (content: Json, bound: number, maxContentBytes: number): JsonFault | undefined =>
  bound <= maxContentBytes || fitsUtf8(JSON.stringify(content), maxContentBytes)
    ? undefined
    : jsonFault(
        'content_too_large',
        `The content takes more than ${maxContentBytes} bytes as JSON. Store less, or spread it over several types.`,
      );

export const depthFault = (maxDepth: number): JsonFault =>
  jsonFault('content_too_deep', `Objects and arrays may stand ${maxDepth} deep within each other at the most.`);
