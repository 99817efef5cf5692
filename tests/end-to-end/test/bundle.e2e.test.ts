import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  checkout,
  type DataFolder,
  endOf,
  exampleConfig,
  makeDataFolder,
  matrixClient,
  pageCode,
  type ServerProcess,
  startProgram,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

/** Says whether it was given the instances that the file beside it was given, and keeps the process from anything else until it is let go. */
const packaged = `
  import { existsSync } from 'node:fs';
  import { defineModule } from '@account-data/modules';
  import { UserId } from '@account-data/domain';
  import * as E from 'fp-ts/lib/Either.js';
  import * as t from 'io-ts';
  const mine = [defineModule, UserId, E.right, t.Type];
  export const module = defineModule({
    name: 'packaged',
    config: t.strict({ go: t.string }),
    setUp: ({ go }, api) => {
      api.registerAccountDataCallbacks({
        onAccountDataUpdated: async (userId, roomId, type) => {
          const theirs = globalThis.instancesOfTheFile;
          api.logger.info(mine.every((one, index) => one !== undefined && one === theirs[index]) ? 'the same instances' : 'other instances', {});
          while (type === 'org.example.block' && !existsSync(go)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
        },
      });
    },
  });
`;

const instances = `
  import { UserId } from '@account-data/domain';
  import * as E from 'fp-ts/lib/Either.js';
  (globalThis as { instancesOfTheFile?: unknown }).instancesOfTheFile = [defineModule, UserId, E.right, t.Type] as const;
`;

describe('the program as one file, in an empty folder', () => {
  let folder: DataFolder;
  let server: ServerProcess;
  let file: string;
  const go = (): string => join(folder.path, 'go');

  beforeAll(async () => {
    folder = await makeDataFolder();
    const { stdout } = await promisify(execFile)(process.execPath, [join(checkout, '.release/bundle.mjs'), join(folder.path, 'program')]);
    file = stdout.split('  ')[0] ?? '';
    await mkdir(join(folder.path, 'node_modules/packaged-module'), { recursive: true });
    await writeFile(join(folder.path, 'node_modules/packaged-module/package.json'), '{ "type": "module", "exports": "./index.mjs" }');
    await writeFile(join(folder.path, 'node_modules/packaged-module/index.mjs'), packaged);
    await writeFile(join(folder.path, 'greeter.ts'), `${await pageCode('docs/guides/first-steps.md', 'A module of yours')}\n${instances}`);
    await folder.configure({
      ...exampleConfig,
      modules: [{ module: './greeter.ts', config: { greeting: 'A change came' } }, { module: 'packaged-module', config: { go: go() } }, ...exampleConfig.modules],
    });
    server = await startServer(folder, { file, env: { OTEL_TRACES_EXPORTER: 'console' } });
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  it('runs modules of a TypeScript file and of a package, which share the libraries of the server', async () => {
    await matrixClient(server.url, tokens.alice, alice).put('org.example.theme', { theme: 'dark' });
    await waitUntil('both modules', () => {
      const errors = server.program.errors();
      return errors.includes('A change came') && /(?:the same|other) instances/.test(errors) ? true : undefined;
    });
    expect(server.program.errors()).toContain('the same instances');
    // What Node deprecates, it says at the start.
    expect(server.program.errors()).not.toMatch(/DEP\d+|DeprecationWarning/);
  });

  it('has the module of the audit room, and the command', async () => {
    const program = startProgram(file, ['room', 'tail', '!audit:example.org', '--no-follow', '--url', server.url], {
      cwd: folder.path,
      env: { ACCOUNT_DATA_TOKEN: tokens.admin },
    });
    expect({ ...(await endOf(program)), errors: program.errors() }).toEqual({ code: 0, signal: null, errors: '' });
    expect(program.output()).toContain(`${alice} has changed their account data for type org.example.theme to: {"theme": "dark"}`);
  });

  it('serves the audit page and its documentation', async () => {
    for (const path of ['/audit/', '/docs']) {
      const answer = await fetch(`${server.url}${path}`);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, expect.stringContaining('text/html')]);
    }
  });

  it('tells spans by OpenTelemetry', async () => {
    await waitUntil('a span', () => (server.program.output().includes('traceId') ? true : undefined));
  });

  it('watches modules from a worker', async () => {
    const blocked = matrixClient(server.url, tokens.alice, alice).put('org.example.block', {});
    await waitUntil('the name of the module that blocks', () => (/"modules":"[^"]*packaged/.test(server.program.errors()) ? true : undefined));
    await writeFile(go(), '');
    await blocked;
  });

  it('has everything that it needs beside itself', async () => {
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(checkout);
    expect(await readFile(join(folder.path, 'program/THIRD_PARTY_NOTICES.md'), 'utf8')).toContain('## lmdb');
  });
});
