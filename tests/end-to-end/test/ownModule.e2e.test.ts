import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  alice,
  checkout,
  type DataFolder,
  endOf,
  exampleConfig,
  makeDataFolder,
  matrixClient,
  pageCode,
  runCommandLine,
  startProgram,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

describe('what README and guides tell programmers to write, outside the checkout', () => {
  let folder: DataFolder;

  beforeEach(async () => {
    folder = await makeDataFolder();
  });

  afterEach(() => folder.remove());

  it.each(['greeter.mjs', 'greeter.ts'])('a module of yours: %s', async (name) => {
    await writeFile(join(folder.path, name), await pageCode('docs/guides/first-steps.md', 'A module of yours'));
    await folder.configure({ ...exampleConfig, modules: [{ module: `./${name}`, config: { greeting: 'A change came' } }] });
    const server = await startServer(folder);
    try {
      await matrixClient(server.url, tokens.alice, alice).put('org.example.theme', { theme: 'dark' });
      await waitUntil('the greeting', () => (server.program.errors().includes('A change came') ? true : undefined));
      // What Node deprecates, it says at the start.
      expect(server.program.errors()).not.toMatch(/DEP\d+|DeprecationWarning/);
    } finally {
      await server.stop();
    }
  });

  it('a module in TypeScript may use all of TypeScript', async () => {
    await writeFile(
      join(folder.path, 'typed.ts'),
      `import { defineModule, type ModuleApi } from '@account-data/modules';
      import * as t from 'io-ts';
      enum Mood { Glad = 'glad' }
      export const module = defineModule({
        name: 'typed',
        config: t.strict({}),
        setUp: (_: object, api: ModuleApi): void => { api.logger.info(\`mood: \${Mood.Glad}\`, {}); },
      });`,
    );
    await folder.configure({ ...exampleConfig, modules: [{ module: './typed.ts' }] });
    const server = await startServer(folder);
    await waitUntil('the mood', () => (server.program.errors().includes('mood: glad') ? true : undefined));
    await server.stop();
  });

  it.each([
    ['broken.mjs', 'export const a = 1;\nconst b = ;\n', 'broken.mjs:2'],
    ['broken.ts', 'export const a = 1;\nconst b = ;\n', 'broken.ts:2'],
    ['lonely.mjs', "import 'no-such-package';\n", 'no-such-package'],
  ])('what is wrong with a module is said with the place: %s', async (name, code, place) => {
    await writeFile(join(folder.path, name), code);
    await folder.configure({ ...exampleConfig, modules: [{ module: `./${name}` }] });
    const result = await runCommandLine(['serve'], { cwd: folder.path });
    expect(result).toMatchObject({ code: 1, errors: expect.stringContaining(place) as unknown });
    expect(result.errors).not.toContain('importModule');
  });

  it.each(['./nowhere.mjs', 'no-such-package'])('a module that is not there is said to be missing, not who looked for it: %s', async (module) => {
    await folder.configure({ ...exampleConfig, modules: [{ module }] });
    const result = await runCommandLine(['serve'], { cwd: folder.path });
    expect(result).toMatchObject({ code: 1, errors: expect.stringMatching(/there is no file|no such package is installed/) as unknown });
    expect(result.errors).not.toContain('importModule');
  });

  it('a program of yours, in the folder of the checkout', async () => {
    const code = await pageCode('README.md', 'In a program of yours');
    const path = join(checkout, '.workspace', 'state', `example-${String(process.pid)}.mjs`);
    await writeFile(path, code);
    const program = startProgram(path, [], { cwd: folder.path });
    expect({ ending: await endOf(program), errors: program.errors() }).toEqual({ ending: { code: 0, signal: null }, errors: '' });
    // It shows what it did, in a folder that no server uses.
    expect(program.output()).toBe('{ dark: true }\n2\n');
    expect(await readFile(join(folder.path, 'example-data', 'log', 'current'), 'utf8')).toContain('store');
  });
});
