import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  type DataFolder,
  exampleConfig,
  jsonLinesOf,
  makeDataFolder,
  outputOf,
  type ServerProcess,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

/** Leaves a promise behind that is rejected later: at once, after an await, and by a timer. */
const moduleSource = `
const reject = async (content) => { await undefined; throw new TypeError('no place for ' + content.secret); };
export const module = {
  name: 'careless',
  parseConfig: () => ({}),
  setUp: (_config, api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: (_user, _room, _type, content) => {
        void Promise.reject(undefined);
        void reject(content);
        setTimeout(() => void reject(content), 20);
      },
    });
  },
};
`;

describe('a module that leaves rejected promises behind', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await writeFile(join(folder.path, 'careless.mjs'), moduleSource);
    await folder.configure({ ...exampleConfig, modules: [{ module: './careless.mjs' }, ...exampleConfig.modules] });
    server = await startServer(folder);
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  it('is named in the log without account data, and harms neither the server nor the next module', async () => {
    const options = { cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: tokens.admin } };
    for (let n = 0; n < 2; n += 1) await outputOf(['put', alice, 'a', `{"secret":"hunter2-hunter2","n":${n}}`, '--url', server.url], options);
    const named = (): ReadonlyArray<Readonly<Record<string, unknown>>> =>
      server.program
        .errors()
        .split('\n')
        .filter((line) => line.includes('did not await was rejected'))
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    await waitUntil('all six to be named', () => (named().length === 6 ? true : undefined));
    expect(named().every(({ module }) => module === 'careless')).toBe(true);
    expect(named().filter(({ error }) => error === 'TypeError')).toHaveLength(4);
    expect(server.program.errors()).not.toContain('hunter2');
    const deliveries = async (): Promise<unknown> => (await jsonLinesOf(['modules', 'list', '--url', server.url], options)).map((module) => module['deliveries']);
    expect(await deliveries()).toEqual([2, 2]);
    expect((await server.stop()).code).toBe(0);
  });
});
