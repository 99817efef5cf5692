import type { JsonDiff } from './JsonDiff.js';

/** A line of a diff, as JSON would be printed. @category model */
export interface DiffLine {
  readonly mark: 'same' | 'added' | 'removed';
  readonly depth: number;
  readonly text: string;
  /** Where a text took the place of another: the other one, to compare with. */
  readonly counterpart?: string;
}

type Mark = DiffLine['mark'];

/** The lines of a diff, in order. @category destructors */
export const linesOf = (diff: JsonDiff): ReadonlyArray<DiffLine> => {
  const lines: Array<DiffLine> = [];
  writeDiff(lines, diff, 0, '', '');
  return lines;
};

/** `name` is what stands before the value (its key), `end` what stands after it (a comma). */
const writeDiff = (lines: Array<DiffLine>, diff: JsonDiff, depth: number, name: string, end: string): void => {
  switch (diff._tag) {
    case 'Same':
      writeValue(lines, 'same', diff.value, depth, name, end);
      return;
    case 'Added':
      writeValue(lines, 'added', diff.value, depth, name, end);
      return;
    case 'Removed':
      writeValue(lines, 'removed', diff.value, depth, name, end);
      return;
    case 'Replaced': {
      const { before, after } = diff;
      if (typeof before === 'string' && typeof after === 'string') {
        const [old, young] = [`${name}${JSON.stringify(before)}${end}`, `${name}${JSON.stringify(after)}${end}`];
        lines.push({ mark: 'removed', depth, text: old, counterpart: young }, { mark: 'added', depth, text: young, counterpart: old });
        return;
      }
      writeValue(lines, 'removed', before, depth, name, end);
      writeValue(lines, 'added', after, depth, name, end);
      return;
    }
    case 'Members': {
      lines.push({ mark: 'same', depth, text: `${name}{` });
      diff.members.forEach(([key, member], index) => {
        writeDiff(lines, member, depth + 1, `${JSON.stringify(key)}: `, index === diff.members.length - 1 ? '' : ',');
      });
      lines.push({ mark: 'same', depth, text: `}${end}` });
      return;
    }
    case 'Items': {
      lines.push({ mark: 'same', depth, text: `${name}[` });
      diff.items.forEach((item, index) => { writeDiff(lines, item, depth + 1, '', index === diff.items.length - 1 ? '' : ','); });
      lines.push({ mark: 'same', depth, text: `]${end}` });
    }
  }
};

const writeValue = (lines: Array<DiffLine>, mark: Mark, value: unknown, depth: number, name: string, end: string): void => {
  if (typeof value !== 'object' || value === null) {
    lines.push({ mark, depth, text: `${name}${JSON.stringify(value)}${end}` });
    return;
  }
  const isList = Array.isArray(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const children: ReadonlyArray<readonly [string, unknown]> = isList
    ? value.map((item: unknown) => ['', item] as const)
    : Object.entries(value).map(([key, member]: [string, unknown]) => [`${JSON.stringify(key)}: `, member] as const);
  if (children.length === 0) {
    lines.push({ mark, depth, text: `${name}${open}${close}${end}` });
    return;
  }
  lines.push({ mark, depth, text: `${name}${open}` });
  children.forEach(([key, child], index) => { writeValue(lines, mark, child, depth + 1, key, index === children.length - 1 ? '' : ','); });
  lines.push({ mark, depth, text: `${close}${end}` });
};

/** A run of lines that is shown, or folded away as there is nothing new in it. @category model */
export interface LineRun {
  readonly folded: boolean;
  /** The index of its first line. */
  readonly start: number;
  readonly lines: ReadonlyArray<DiffLine>;
}

/** Lines around a change that are shown with it. */
const context = 2;

/** Folds what stayed as it was, but for the lines around what did not. @category combinators */
export const runsOf = (lines: ReadonlyArray<DiffLine>): ReadonlyArray<LineRun> => {
  const near = new Uint8Array(lines.length);
  lines.forEach(({ mark }, index) => {
    if (mark !== 'same') near.fill(1, Math.max(0, index - context), Math.min(lines.length, index + context + 1));
  });
  const runs: Array<LineRun> = [];
  for (let start = 0; start < lines.length; ) {
    let end = start;
    while (end < lines.length && near[end] === near[start]) end += 1;
    // One line takes no more place than the fold that would hide it.
    runs.push({ folded: near[start] === 0 && end - start > 1, start, lines: lines.slice(start, end) });
    start = end;
  }
  return runs;
};
