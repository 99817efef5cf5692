import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { cpus, loadavg, totalmem, type } from 'node:os';
import { markdownTable, shortNumber } from './markdownTable.js';
import type { KeptLine } from './Survey.js';

const keptCodec = t.readonly(
  t.type({
    /** When, as ISO 8601 has it. */
    date: t.string,
    machine: t.string,
    node: t.string,
    command: t.string,
    /** The load average at its end. A run by itself comes to about 2: more tells of others at work. */
    load: t.number,
    lines: t.readonlyArray(t.readonly(t.type({ name: t.string, value: t.number, unit: t.string }))),
  }),
);

/** The numbers of a run, and what they were measured on. @category model */
export type KeptResults = t.TypeOf<typeof keptCodec>;

/** What a run was made on. `date`: milliseconds since the Unix epoch. @category constructors */
export const keptResults = (lines: ReadonlyArray<KeptLine>, args: ReadonlyArray<string>, date: number): KeptResults => ({
  date: new Date(date).toISOString(),
  machine: `${String(cpus().length)} processors (${cpus()[0]?.model ?? 'unknown'}), ${String(Math.round(totalmem() / 1e9))} GB, ${type()}`,
  node: process.version,
  command: ['npm run --silent bench --', ...args].join(' '),
  load: Number((loadavg()[0] ?? 0).toFixed(1)),
  lines,
});

/** As a file has it: an object with a line for each number. */
export const keptText = ({ lines, ...about }: KeptResults): string => {
  const head = Object.entries(about).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  return `{\n${head.join('\n')}\n  "lines": [\n${lines.map((line) => `    ${JSON.stringify({ ...line, value: Number(line.value.toPrecision(5)) })}`).join(',\n')}\n  ]\n}\n`;
};

/** What a file has, or why it can't be read. */
export const parseKept = (text: string): E.Either<string, KeptResults> => {
  const json = E.tryCatch((): unknown => JSON.parse(text), () => 'It is no JSON.');
  if (E.isLeft(json)) return json;
  const kept = keptCodec.decode(json.right);
  return E.isRight(kept) ? kept : E.left('It has not what `--keep` writes.');
};

/** Each number that both have, and how this run's is to the one that was kept. */
export const keptComparison = (now: KeptResults, then: KeptResults): string => {
  const before = new Map(then.lines.map(({ name, value }) => [name, value]));
  const both = now.lines.flatMap((line) => {
    const value = before.get(line.name);
    return value === undefined ? [] : [{ ...line, before: value }];
  });
  return [
    `Against ${then.date.slice(0, 10)}, ${then.machine}, Node ${then.node}:`,
    '',
    markdownTable(
      [
        ['', ({ name }) => name],
        ['unit', ({ unit }) => unit],
        ['now', ({ value }) => shortNumber(value)],
        ['then', ({ before: value }) => shortNumber(value)],
        ['now/then', ({ value, before: other }) => shortNumber(value / other)],
      ],
      both,
    ),
  ].join('\n');
};
