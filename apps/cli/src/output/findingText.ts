import type { Finding } from '../commands/Execution.js';
import { printable } from './printable.js';

/** What a look found, as a line for a person. */
export const findingLine = ({ severity, code, message }: Finding): string => `${severity.padEnd(7)}  ${printable(message)} (${code})\n`;
