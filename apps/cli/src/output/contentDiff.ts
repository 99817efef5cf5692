import type { JsonObject } from '@account-data/domain';
import { structuredPatch } from 'diff';
import type { Look } from './look.js';
import { printable } from './printable.js';

/** Lines around what changed that are shown. */
const context = 2;

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]));
};

const textOf = (content: JsonObject | null): string => (content === null || Object.keys(content).length === 0 ? '' : `${JSON.stringify(sorted(content), null, 2)}\n`);

/** From what to what, as one: a line for each line of the JSON that was added or removed, what did not change folded. */
export const contentDiff = (before: JsonObject | null, after: JsonObject | null, { paint }: Look, indent: string): string => {
  const { hunks } = structuredPatch('', '', textOf(before), textOf(after), undefined, undefined, { context });
  if (hunks.length === 0) return `${indent}${paint('faint', 'unchanged')}\n`;
  let shown = 0;
  const lines = hunks.flatMap(({ oldStart, oldLines, lines: hunk }) => {
    const isFolded = oldStart > shown + 1;
    shown = oldStart + oldLines - 1;
    return [
      ...(isFolded ? [paint('faint', '  …')] : []),
      ...hunk
        .filter((line) => !line.startsWith('\\'))
        .map((line) => {
          const text = `${line.slice(0, 1)} ${printable(line.slice(1))}`;
          if (line.startsWith('+')) return paint('added', text);
          return line.startsWith('-') ? paint('removed', text) : paint('faint', text);
        }),
    ];
  });
  const total = textOf(before).split('\n').length - 1;
  return [...lines, ...(shown < total ? [paint('faint', '  …')] : [])].map((line) => `${indent}${line}\n`).join('');
};
