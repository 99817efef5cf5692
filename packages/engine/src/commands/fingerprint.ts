import { isDecimal } from '@account-data/domain';
import { sha256Hex } from '@account-data/runtime';

/**
 * A digest of a request's payload. The order of keys in objects does not count: what is equal as JSON is equal here.
 */
export const fingerprint = (payload: unknown): string => sha256Hex(canonicalText(payload));

/**
 * A command as its digest has it: revisions of conditions were bigints when the first digests were stored, and count as
 * such for good.
 */
export const payloadOf = (command: { readonly _tag: string; readonly ifRevision?: unknown }): unknown =>
  isDecimal(command.ifRevision) ? { ...command, ifRevision: BigInt(command.ifRevision) } : command;

const canonicalText = (value: unknown): string => {
  if (typeof value === 'bigint') return `${String(value)}n`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`);
  return `{${members.join(',')}}`;
};
