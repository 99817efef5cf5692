import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alice, exampleConfig, jsonLinesOf, makeDataFolder, outputOf, type ServerProcess, startServer, tokens, waitUntil } from '../src/index.js';

const secret = 'hunter2-hunter2';

/** Leaves errors behind that nobody handles: in promises, timers and events, of deliveries, of the set-up, and of the file itself. */
const moduleSource = `
import { EventEmitter } from 'node:events';
const reject = async (content) => { await undefined; throw new TypeError('no place for ' + content.secret); };
const fail = (text) => { throw new RangeError('no place for ' + text + '\\n    at ' + text); };
setTimeout(() => fail('${secret}'), 20);
export const module = {
  name: 'careless',
  parseConfig: () => ({}),
  setUp: (_config, api) => {
    setTimeout(() => fail('${secret}'), 20);
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: (_user, _room, _type, content) => {
        void Promise.reject(undefined);
        void reject(content);
        setTimeout(() => void reject(content), 20);
        setTimeout(() => fail(content.secret), 20);
        setImmediate(() => new EventEmitter().emit('error', Object.assign(new Error(content.secret), { name: content.secret })));
      },
    });
  },
};
`;

const startWith = async (source: string): Promise<{ readonly server: ServerProcess; readonly put: (n: number) => Promise<string>; readonly errors: (message: string) => ReadonlyArray<Readonly<Record<string, unknown>>>; readonly deliveries: () => Promise<unknown> }> => {
  const folder = await makeDataFolder();
  await writeFile(join(folder.path, 'careless.mjs'), source);
  await folder.configure({ ...exampleConfig, modules: [{ module: './careless.mjs' }, ...exampleConfig.modules] });
  const server = await startServer(folder);
  onTestFinished(async () => {
    await server.killAtOnce();
    await folder.remove();
  });
  const options = { cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: tokens.admin } };
  return {
    server,
    put: (n) => outputOf(['put', alice, 'a', JSON.stringify({ secret, n }), '--url', server.url], options),
    errors: (message) =>
      server.program
        .errors()
        .split('\n')
        .filter((line) => line.includes(message))
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    deliveries: async () => (await jsonLinesOf(['modules', 'list', '--url', server.url], options)).map((module) => module['deliveries']),
  };
};

describe('a module that leaves errors behind that nobody handles', () => {
  it('is named in the log without account data, and harms neither the server nor the next module', async () => {
    const { server, put, errors, deliveries } = await startWith(moduleSource);
    for (let n = 0; n < 2; n += 1) await put(n);
    const rejected = () => errors('did not await was rejected');
    const thrown = () => errors('A timer or event of a module threw');
    await waitUntil('all to be named', () => (rejected().length === 6 && thrown().length === 6 ? true : undefined));
    expect(rejected().every(({ module }) => module === 'careless')).toBe(true);
    expect(rejected().filter(({ error }) => error === 'TypeError')).toHaveLength(4);
    expect(thrown().map(({ module, revision, error }) => [module, revision ?? null, error])).toEqual(
      expect.arrayContaining([
        [expect.stringMatching(/careless\.mjs$/), null, 'RangeError'],
        ['careless', null, 'RangeError'],
        ['careless', '0', 'RangeError'],
        ['careless', '0', 'Error'],
        ['careless', '1', 'RangeError'],
        ['careless', '1', 'Error'],
      ]),
    );
    expect(thrown().every(({ stack }) => String(stack).startsWith('at '))).toBe(true);
    expect(server.program.errors()).not.toContain(secret);
    expect(await deliveries()).toEqual([2, 2]);
    expect((await server.stop()).code).toBe(0);
  });
});
