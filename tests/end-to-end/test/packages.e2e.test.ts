import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkout } from '../src/index.js';

const run = promisify(execFile);

interface Entry {
  readonly specifier: string;
  /** The folder of the package, from which it finds itself by its name. */
  readonly folder: string;
}

/** Everything that the packages export, by the names that others import. */
const entries: ReadonlyArray<Entry> = ['packages', 'apps'].flatMap((group) =>
  readdirSync(join(checkout, group)).flatMap((name): ReadonlyArray<Entry> => {
    const folder = join(checkout, group, name);
    const { name: own, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly exports: Readonly<Record<string, unknown>>;
    };
    return Object.entries(exports)
      .filter(([path, target]) => path.startsWith('.') && !path.includes('*') && target !== null)
      .map(([path]) => ({ specifier: join(own, path), folder }));
  }),
);

/** The names that a module exports, as a program of plain Node sees them. */
const namesBy = async (type: 'commonjs' | 'module', { specifier, folder }: Entry): Promise<ReadonlyArray<string>> => {
  const found = type === 'commonjs' ? `require('${specifier}')` : `await import('${specifier}')`;
  const program = `process.stdout.write(JSON.stringify(Object.keys(${found}).sort()));`;
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', program], { cwd: folder });
  return JSON.parse(stdout) as ReadonlyArray<string>;
};

describe('what is exported can be imported and required, with the same names', () => {
  test.each(entries)('$specifier', async (entry) => {
    const imported = await namesBy('module', entry);
    expect(imported.filter((name) => name !== 'default')).not.toEqual([]);
    expect(await namesBy('commonjs', entry)).toEqual(imported);
  });
});
