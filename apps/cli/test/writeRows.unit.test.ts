import { simulatedRuntime } from '@account-data/runtime';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type OutputOptions, type RowForm, writeOne, writeRows } from '../src/output/writeRows.js';
import type { World } from '../src/World.js';

interface Thing {
  readonly name: string;
  readonly content: object;
}

const things: ReadonlyArray<Thing> = [
  { name: 'first', content: { a: 1 } },
  { name: '二番\u001b[2J', content: { long: 'x'.repeat(200) } },
];

const form: RowForm<Thing> = {
  json: ({ name, content }) => ({ name, time: '2025-03-01T09:30:00.000Z', content }),
  text: ({ name }) => `${name}\n`,
  columns: ['name', 'content'],
};

const written = async (options: OutputOptions, items: ReadonlyArray<Thing> = things, terminal?: World['terminal'], one = false): Promise<string> => {
  let output = '';
  const world: World = {
    env: {},
    version: '1.2.3',
    cwd: '/',
    userName: 'operator',
    readInput: () => Promise.resolve(''),
    async *readLines() {
      yield* [];
    },
    write: (text) => {
      output += text;
      return Promise.resolve();
    },
    writeError: () => undefined,
    edit: () => Promise.reject(new Error('There is no editor.')),
    stopped: new AbortController().signal,
    runtime: simulatedRuntime({ seed: 1, startAt: Date.UTC(2025, 2, 1, 11, 30) }),
    terminal,
  };
  const [first] = items;
  if (one && first !== undefined) await writeOne(world, options, form, first);
  else await writeRows(world, options, form, items, undefined);
  return output;
};

it('each format holds the same values', async () => {
  const rows = things.map(form.json);
  expect(JSON.parse(await written({ output: 'json' }))).toEqual(rows);
  const ndjson = await written({ output: 'ndjson' });
  expect(ndjson.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(rows);
  expect(await written({ json: true })).toBe(ndjson);
  expect(parseAllDocuments(await written({ output: 'yaml' })).map((document) => document.toJS() as unknown)).toEqual(rows);
  expect(JSON.parse(await written({ output: 'json' }, things, undefined, true))).toEqual(rows[0]);
  expect(parse(await written({ output: 'yaml' }, things, undefined, true))).toEqual(rows[0]);
  expect(await written({})).toBe('first\n二番\u001b[2J\n');
});

it('nothing is an empty list, and no table', async () => {
  expect(await written({ output: 'json' }, [])).toBe('[]\n');
  for (const output of ['ndjson', 'yaml', 'table', 'wide'] as const) expect(await written({ output }, [])).toBe('');
});

it('columns narrow every format, and make a table where none is named', async () => {
  expect(await written({ output: 'ndjson', columns: ['name'] }, things.slice(0, 1))).toBe('{"name":"first"}\n');
  expect(await written({ columns: ['name'] }, things.slice(0, 1))).toBe('NAME\nfirst\n');
});

it('a table fits the terminal, and is whole where a program reads it', async () => {
  const terminal = { columns: 60, hasColors: false };
  const fitting = await written({ output: 'wide' }, things, terminal);
  for (const line of fitting.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(60);
  expect(fitting).toContain('…');
  const whole = await written({ output: 'table' });
  expect(whole).toContain('x'.repeat(200));
  expect(whole.split('\n')[0]).toBe('NAME           CONTENT');
  expect(whole).toContain('二番\\u001b[2J  {');
  expect(await written({ columns: ['time'] }, things, { columns: 60, hasColors: false })).toContain('2025-03-01T09:30:00.000Z (2 hours ago)');
});

it('headings are coloured only where the terminal has colours', async () => {
  expect(await written({ output: 'table' }, things, { columns: 60, hasColors: true })).toContain('\u001b[1mNAME');
  expect(await written({ output: 'table' }, things, { columns: 60, hasColors: false })).not.toContain('\u001b');
});
