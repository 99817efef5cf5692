import { printableJson } from './printable.js';

/**
 * One JSON object on a line of its own, with the names and forms of the service API: snake_case, revisions and positions
 * as decimal strings, times as RFC 3339 text. Members that are undefined are left out.
 */
export const jsonLine = (value: Readonly<Record<string, unknown>>): string => `${printableJson(value)}\n`;
