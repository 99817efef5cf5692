import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const guide = read('../../../packages/event-store-eventstoredb/guides/reading-kurrentdb-directly.md');

/** The programs of the guide, by the name of their file, which is their first line. */
const programs = new Map([...guide.matchAll(/^```ts\n\/\/ (\w+)\n(.*?)^```/gms)].map(([, name = '', code = '']) => [name, code]));

/** Not of the guide: it stands for the engine in tests. */
const others = ['writeChanges'];

it('every program of the guide is one that is compiled and run here, and every one of these is in the guide', () => {
  const files = readdirSync(fileURLToPath(new URL('../src', import.meta.url))).map((file) => file.replace('.ts', ''));
  expect([...programs.keys()].toSorted()).toEqual(files.filter((name) => !others.includes(name)).toSorted());
  for (const [name, code] of programs) expect(code, name).toBe(read(`../src/${name}.ts`));
});
