import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  bob,
  type CommandResult,
  type DataFolder,
  exampleConfig,
  jsonLinesOf,
  makeDataFolder,
  outputOf,
  runCommandLine,
  type ServerProcess,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

/** Fails as long as a file is there, and takes its time over replays. */
const moduleSource = (brokenFile: string): string => `
import { existsSync } from 'node:fs';
export const module = {
  name: 'moody',
  parseConfig: () => ({}),
  setUp: (_config, api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: async (_user, _room, _type, content, { isReplay }) => {
        if (isReplay && content.sour) throw new Error('still no good');
        if (isReplay) await new Promise((resolve) => setTimeout(resolve, content.slow ? 5_000 : 0));
        else if (existsSync(${JSON.stringify(brokenFile)})) throw new Error('the mood is bad, ' + content.secret);
      },
    });
  },
};
`;

const none = 'no-module-of-this-name';

describe('the command and a module that fails', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  const options = () => ({ cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: tokens.admin } });
  const url = () => ['--url', server.url];
  const ask = (...args: ReadonlyArray<string>): Promise<string> => outputOf([...args, ...url()], options());
  const tell = (...args: ReadonlyArray<string>): Promise<CommandResult> => runCommandLine([...args, ...url()], options());
  const lines = (...args: ReadonlyArray<string>): ReturnType<typeof jsonLinesOf> => jsonLinesOf([...args, ...url()], options());
  const parked = (count: number): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> =>
    waitUntil(`${count} parked deliveries`, async () => {
      const listed = await lines('modules', 'parked', 'moody');
      return listed.length === count ? listed : undefined;
    });
  const brokenFile = () => join(folder.path, 'broken');
  const configureModules = (name: string): Promise<void> =>
    folder.configure({
      ...exampleConfig,
      modules: [{ module: './moody.mjs', name, on_failure: { policy: 'park', attempts: 2, backoff: { initial: '1ms' } } }],
    });

  beforeAll(async () => {
    folder = await makeDataFolder();
    await writeFile(join(folder.path, 'moody.mjs'), moduleSource(brokenFile()));
    await writeFile(brokenFile(), '');
    await configureModules('moody');
    server = await startServer(folder);
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  it('lists what was parked, drives it again and drops it, also after a restart', async () => {
    for (const [user, n] of [[alice, 0], [alice, 1], [bob, 2], [bob, 3]] as const) {
      await ask('put', user, 'org.example.mood', JSON.stringify({ n, secret: 'hunter2-hunter2' }));
    }
    const before = await parked(4);
    expect(before).toMatchObject([0, 1, 2, 3].map(() => ({ attempts: 2, error: { name: 'Error', message: 'the mood is bad, [account data]' } })));
    expect(await ask('modules', 'list')).toMatch(/^moody {2}joined {2}position \d+ {2}lag 0 events, 0 s {2}parked 4 {2}/);
    const [first, second, third] = before.map(({ event_id: id }) => String(id));

    await server.killAtOnce();
    server = await startServer(folder);
    expect(await lines('modules', 'parked', 'moody')).toEqual(before);
    expect(await ask('modules', 'parked', 'moody')).toContain(`${first ?? ''}  revision 0 of account_data-${alice}  after 2 tries: the mood is bad, [account data]\n`);
    expect(await lines('modules', 'parked', 'moody')).toMatchObject([{ user_id: alice, room_id: null, type: expect.any(String) as string }, {}, {}, {}]);

    const redriven = await tell('modules', 'redrive', 'moody', '--event', first ?? '');
    expect(redriven).toMatchObject({ code: 1, output: `${first ?? ''}  failed: the mood is bad, [account data]\n` });
    expect(redriven.errors).toContain('1 of 1 deliveries to moody failed again, and stay parked. (redrive_failed)');
    const all = await tell('modules', 'redrive', 'moody', '--all');
    expect(all.code).toBe(1);
    expect(all.output.split('\n').filter((line) => line.includes('  failed: '))).toHaveLength(4);
    expect(all.errors).toContain('4 of 4 deliveries to moody failed again');
    expect(await parked(4)).toContainEqual(expect.objectContaining({ event_id: first, attempts: 4 }));
    expect(await ask('modules', 'drop', 'moody', '--event', second ?? '')).toBe('Dropped 1.\n');
    expect(await tell('modules', 'redrive', 'moody', '--event', second ?? '')).toMatchObject({ code: 1, errors: expect.stringContaining('(not_parked)') as string });
    await rm(brokenFile());
    expect(await lines('modules', 'redrive', 'moody', '--event', third ?? '')).toEqual([{ event_id: third, outcome: 'handled' }]);

    expect((await server.stop()).code).toBe(0);
    server = await startServer(folder);
    expect(await parked(2)).toHaveLength(2);
    expect((await ask('modules', 'redrive', 'moody', '--all')).split('\n').filter((line) => line.endsWith('  handled'))).toHaveLength(2);
    expect(await ask('modules', 'parked', 'moody')).toBe('');
    expect(await ask('modules', 'drop', 'moody', '--all')).toBe('Dropped 0.\n');
    expect(await tell('modules', 'drop', 'moody')).toMatchObject({ code: 2 });
  });

  it('keeps a module paused across a restart until it is resumed', async () => {
    await ask('modules', 'pause', 'moody');
    await ask('put', alice, 'org.example.mood', '{"n":4}');
    await server.stop();
    server = await startServer(folder);
    expect(await lines('modules', 'list')).toMatchObject([{ name: 'moody', state: 'paused', paused_because: 'requested', deliveries: 0 }]);
    await ask('modules', 'resume', 'moody');
    await waitUntil('the module to be delivered to', async () => {
      const [module] = await lines('modules', 'list');
      return module?.['state'] === 'joined' && module['deliveries'] === 1 ? true : undefined;
    });
    expect(await tell('modules', 'pause', none)).toMatchObject({ code: 1, errors: expect.stringContaining('(unknown_module)') as string });
  });

  it('replays a range, and says meanwhile how far it is', async () => {
    const [change] = await lines('history', alice, '--limit', '1');
    const position = String(change?.['position']);
    expect(await lines('modules', 'replay', 'moody', '--to-position', position)).toMatchObject([{ deliveries: 1, failures: 0 }]);
    expect(await ask('modules', 'replay', 'moody', '--from-position', position)).toBe('Replayed 4 changes, 0 of them failed.\n');
    expect(await ask('modules', 'replay', 'moody', '--from-time', '2099-01-01T00:00:00Z')).toBe('Replayed 0 changes, 0 of them failed.\n');
    await ask('put', bob, 'org.example.mood', '{"slow":true}');
    const replaying = tell('modules', 'replay', 'moody');
    const running = await waitUntil('the replay to be shown', async () => {
      const [module] = await lines('modules', 'list');
      const replays = module?.['replays'] as ReadonlyArray<Readonly<Record<string, unknown>>>;
      return replays[0];
    });
    expect(BigInt(String(running['to_position']))).toBeGreaterThan(BigInt(position));
    const { code, output, errors } = await replaying;
    expect({ code, output }).toEqual({ code: 0, output: 'Replayed 6 changes, 0 of them failed.\n' });
    expect(errors).toMatch(/^Replayed \d+ changes, 0 failed; at (start|\d+) of \d+\.\n/);
    expect(await tell('modules', 'replay', 'moody', '--from-position', 'x')).toMatchObject({ code: 2 });
    const last = await lines('put', bob, 'org.example.mood', '{"sour":true}');
    expect(await tell('modules', 'replay', 'moody', '--from-position', String(Number(last[0]?.['position']) - 1))).toMatchObject({
      code: 1,
      output: 'Replayed 1 changes, 1 of them failed.\n',
      errors: expect.stringContaining('(replay_failed)') as string,
    });
  });

  it('shows the checkpoint of a module that was removed, and forgets it', async () => {
    await server.stop();
    await configureModules('other');
    server = await startServer(folder);
    expect(server.program.errors()).toMatch(/A checkpoint belongs to no module that is configured.*moody|moody.*A checkpoint belongs to no module/);
    expect(await ask('modules', 'list')).toMatch(/^moody {2}not configured, its checkpoint is kept at \d+: account-data modules forget moody$/m);
    expect((await lines('modules', 'list')).map(({ name, state }) => [name, state])).toEqual([['other', 'joined'], ['moody', undefined]]);
    await ask('modules', 'forget', 'moody');
    expect(await ask('modules', 'list')).toMatch(/^other .*\n$/);
    expect(await tell('modules', 'forget', 'moody')).toMatchObject({ code: 1, errors: expect.stringContaining('(module_refusal)') as string });
    expect(await tell('modules', 'forget', 'other')).toMatchObject({ code: 1, errors: expect.stringContaining('(module_refusal)') as string });
  });
});
