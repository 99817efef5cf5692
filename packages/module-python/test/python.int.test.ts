import { checkModules, type ConfigureOptions, configureModule } from '@account-data/modules';
import { createModuleHarness, type ModuleHarness } from '@account-data/modules/testing';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { module } from '../src/index.js';

const isPythonThere = spawnSync('python3', ['--version']).status === 0;
const python_path = [fileURLToPath(new URL('modules', import.meta.url))];
const alice = '@alice:example.org';
const room = '!told:example.org';

const configured = (config: object, policy: ConfigureOptions['policy'] = {}) =>
  configureModule(module, { class: 'tried.Tried', python_path, config: { room }, ...config }, { policy });

const bodies = (harness: ModuleHarness): ReadonlyArray<unknown> => harness.roomEvents.map(({ content }) => content['body']);

describe.skipIf(!isPythonThere)('a module in Python (needs python3)', () => {
  let harness: ModuleHarness;
  beforeAll(async () => {
    harness = await createModuleHarness(configured({}));
  });
  afterAll(() => harness.stop());

  const deliver = (word: string, content: object = {}, roomId: string | null = null) =>
    harness.deliver({ userId: alice, roomId, type: `org.example.${word}`, content });
  const lastBody = (): unknown => bodies(harness).at(-1);

  it('is told of changes as Synapse tells them, and sends a room the same event once', async () => {
    const { eventId, outcome } = await deliver('tell', { a: [1, 0.5, 'é😀', null, true, { b: {} }], n: 9007199254740991 });
    expect(outcome).toBe('handled');
    expect(lastBody()).toBe(`${alice} None {'a': [1, 0.5, 'é😀', None, True, {'b': {}}], 'n': 9007199254740991}`);
    await harness.redeliver(eventId);
    expect(harness.roomEvents).toHaveLength(1);
    expect(harness.roomEvents[0]).toMatchObject({ type: 'm.room.message', room_id: room, sender: '@teller:example.org' });
    await deliver('tell', {}, '!r:example.org');
    expect(lastBody()).toBe(`${alice} !r:example.org {}`);
  });

  it('changes account data, once for each change however often it is told of that', async () => {
    const { eventId } = await deliver('put', { theme: 'dark' });
    await harness.redeliver(eventId);
    const keys = harness.accountData.changes.map(({ userId, type, content, cause }) => ({ userId, type, content, key: cause.requestKey, by: cause.actor.id, because: cause.causationId }));
    const one = { userId: alice, type: 'org.example.copy', content: { theme: 'dark' }, key: `python ${eventId} 1`, by: 'python', because: eventId };
    expect(keys).toEqual([one, one]);
  });

  it('reads account data, frozen', async () => {
    await deliver('get', { type: 'org.example.never' });
    expect(lastBody()).toBe('nothing');
    await deliver('get', { type: 'org.example.copy' });
    expect(lastBody()).toBe("frozen {'theme': 'dark'}");
  });

  it('hears of what is wrong with what it asks for by the exceptions that Synapse raises', async () => {
    const refusal = Object.assign(new Error('It is no user ID.'), { code: 'invalid_user_id' });
    const accountData = { ...harness.accountData.port, get: () => Promise.reject(refusal) };
    const refused = await createModuleHarness(configured({}), { accountData });
    onTestFinished(refused.stop);
    expect(await refused.deliver({ userId: alice, type: 'org.example.wrong', content: {} })).toMatchObject({ outcome: 'handled' });
    expect(bodies(refused)).toEqual([
      'no user ID: SynapseError',
      'no type: TypeError',
      'no object: TypeError',
      'no JSON: ValueError',
    ]);
  });

  it('fails a delivery by an exception', async () => {
    const { outcome, error } = await deliver('fail', { secret: 'sesame' });
    expect(outcome).toBe('failed');
    expect(error).toMatchObject({ code: 'python_callback_failed' });
    expect(String(error)).toMatch(/KeyError: .*no sesame of @alice:example\.org.*\(tried\.py, line \d+\)/);
  });

  it("logs through the host, which strikes account data out, and prints in nobody's way", async () => {
    expect(await deliver('log', { secret: 'sesame' })).toMatchObject({ outcome: 'handled' });
    expect(harness.log.filter(({ fields }) => fields['logger'] === 'tried')).toEqual([
      { level: 'warn', message: `seen [account data] of ${alice}`, fields: { logger: 'tried', module: 'python' } },
    ]);
  });

  it('that was given up is cancelled', async () => {
    const hurried = await createModuleHarness(configured({}, { timeout: 300 }));
    try {
      const change = { userId: alice, type: 'org.example.wait', content: {} };
      expect(await hurried.deliver(change)).toMatchObject({ outcome: 'failed', error: { code: 'delivery_timeout' } });
      await hurried.deliver({ ...change, type: 'org.example.seen' });
      expect(bodies(hurried)).toEqual(["['org.example.wait', 'cancelled', 'org.example.seen']"]);
    } finally {
      await hurried.stop();
    }
  });

  it('is started again when it was killed, and a change that waited meanwhile is handled', async () => {
    await deliver('pid');
    const first = Number(lastBody());
    process.kill(first, 'SIGKILL');
    expect(await deliver('pid')).toMatchObject({ outcome: 'handled' });
    expect(Number(lastBody())).not.toBe(first);
  });

  it('that is ended by a change fails that change, and not those beside it', async () => {
    const beside = ['tell', 'pid', 'end', 'tell', 'pid', 'tell'].map((word) => deliver(word, { word }));
    const outcomes = (await Promise.all(beside)).map(({ outcome, error }) => (outcome === 'handled' ? outcome : error));
    expect(outcomes.map((outcome) => (outcome === 'handled' ? outcome : (outcome as { code: string }).code))).toEqual([
      'handled', 'handled', 'python_ended', 'handled', 'handled', 'handled',
    ]);
  });

  it('that does not answer for long is ended, its change fails, and it is started again', async () => {
    const { clock, timers } = systemRuntime;
    let skipped = 0;
    const monotonic = (): number => clock.monotonic() + skipped;
    const waiting = new Map<() => void, number>();
    const runtime = {
      ...systemRuntime,
      clock: { ...clock, monotonic },
      timers: {
        ...timers,
        setBackgroundTimeout: (callback: () => void, milliseconds: number) => {
          const due = (): void => callback();
          waiting.set(due, monotonic() + milliseconds);
          return () => {
            waiting.delete(due);
          };
        },
      },
    };
    const pass = (milliseconds: number): void => {
      skipped += milliseconds;
      for (const [callback, at] of [...waiting]) {
        if (at <= monotonic() && waiting.delete(callback)) callback();
      }
    };
    const hung = await createModuleHarness(configured({}, { timeout: 600_000 }), {
      runtime,
      // The change is tried once more by itself, and hangs again.
      failRoomEvent: ({ content }) => {
        if (content['body'] === 'hangs') for (const milliseconds of [5_000, 16_000]) pass(milliseconds);
        return undefined;
      },
    });
    onTestFinished(hung.stop);
    const change = { userId: alice, type: 'org.example.hang', content: {} };
    expect(await hung.deliver(change)).toMatchObject({ outcome: 'failed', error: { code: 'python_ended' } });
    expect(await hung.deliver({ ...change, type: 'org.example.pid' })).toMatchObject({ outcome: 'handled' });
    expect(hung.log.map(({ message }) => message)).toEqual(expect.arrayContaining([expect.stringContaining('does not answer, and is ended')]));
  });

  it('ends with its host, though it hangs', async () => {
    const program = fileURLToPath(new URL('../program', import.meta.url));
    const child = spawn('python3', ['-m', 'account_data_modules'], {
      stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
      env: { ...process.env, PYTHONPATH: [program, ...python_path].join(delimiter) },
    });
    const ended = once(child, 'exit');
    child.stdin?.write(`${JSON.stringify({ class: 'tried.Tried', config: { room, hangs: true }, secret: 'whsec_c2VjcmV0' })}\n`);
    expect(String((await once(child.stdout as Readable, 'data'))[0])).toContain('hangs');
    // What the system does with the pipes of a process that is killed.
    for (const pipe of [child.stdin, child.stdio[3]]) pipe?.destroy();
    expect(await ended).toEqual([1, null]);
  });

  it('ends when it is stopped', async () => {
    const other = await createModuleHarness(configured({}));
    await other.deliver({ userId: alice, type: 'org.example.pid', content: {} });
    const pid = Number(bodies(other)[0]);
    await other.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it.each([
    [{ class: 'not_there.Module' }, "config.class: not_there can't be imported: ModuleNotFoundError: No module named 'not_there'. Name the folder of not_there under python_path"],
    [{ class: 'broken.Module' }, "config.class: broken can't be imported: RuntimeError: on purpose"],
    [{ class: 'tried.Absent' }, 'config.class: tried has no class Absent'],
    [{ config: {} }, "config.config.room: 'room' is required"],
    [{ config: { room, fails: true } }, "config.class: tried.Tried can't be made: RuntimeError: on purpose (tried.py, line"],
    [{ config: { room, spam: true } }, 'ModuleApi.register_spam_checker_callbacks is not there: only what is about account data is'],
    [{ python: '/not/there/python3' }, "/not/there/python3 can't be started: ENOENT"],
    [{ python: 'false' }, 'The Python program did not become ready: it ended with 1'],
  ])('configured wrongly is not set up, and says why: %j', async (config, message) => {
    await expect(createModuleHarness(configured(config))).rejects.toThrow(message);
  });

  it.each([
    [{}, undefined],
    // What fails only where the module is made is no matter of its configuration.
    [{ config: { room, fails: true } }, undefined],
    [{ class: 'tried.NotParsed' }, undefined],
    [{ class: 'not_there.Module' }, "modules[0].config.class: not_there can't be imported"],
    [{ config: {} }, "modules[0].config.config.room: 'room' is required"],
    [{ python: '/not/there/python3' }, "/not/there/python3 can't be started: ENOENT"],
  ])('is asked by parse_config whether its configuration is right, and is not made for that: %j', async (config, message) => {
    const checked = await checkModules([configured(config)], { runtime: systemRuntime, logger: { log: () => undefined } })();
    expect(E.isLeft(checked) ? checked.left.message : '').toContain(message ?? '');
    expect(E.isLeft(checked)).toBe(message !== undefined);
  });

  it('without parse_config and callbacks is taken as it is', async () => {
    const silent = await createModuleHarness(configured({ class: 'tried.NotParsed', config: undefined }));
    expect(await silent.deliver({ userId: alice, type: 't', content: {} })).toMatchObject({ outcome: 'handled' });
    await silent.stop();
  });
});

describe('the configuration', () => {
  it.each([
    [{}, "class: 'class' is required"],
    [{ class: 'Module' }, "class: must be a module's name and a class's"],
    [{ class: 'a.B', python: '' }, 'python: must be a program'],
    [{ class: 'a.B', python_path: 'modules' }, 'python_path: must be a list of folders'],
    [{ class: 'a.B', timeout: 5 }, 'timeout: is not a setting of this module'],
    [[], 'must be a mapping'],
  ])('%j is refused', (config, message) => {
    expect(() => module.parseConfig(config)).toThrow(message);
  });
});
