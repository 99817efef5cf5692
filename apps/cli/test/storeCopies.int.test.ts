import { streamNames } from '@account-data/domain';
import { erasureFile } from '@account-data/embedded';
import { type AccountDataEngine, createAccountDataEngine, type EngineOptions } from '@account-data/engine';
import { Revision } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { lmdbProjectionStorage } from '@account-data/projection';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../src/runCommand.js';
import { lazyServices } from '../src/services/lazyServices.js';
import { processWorld } from '../src/world/processWorld.js';

const alice = '@alice:example.org';
const bob = '@bob:example.org';

let cwd: string;
let opened: { readonly engine: AccountDataEngine; readonly close: () => Promise<void> } | undefined;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-copies-'));
});

afterEach(async () => {
  await close();
  await rm(cwd, { recursive: true, force: true });
});

const open = async (options: Partial<EngineOptions> = {}, folder = 'data'): Promise<AccountDataEngine> => {
  const store = await openLmdbEventStore({ path: join(cwd, folder, 'log'), runtime: systemRuntime })();
  if (E.isLeft(store)) throw new Error(store.left.message);
  const engine = await createAccountDataEngine({ store: store.right, projectionStorage: lmdbProjectionStorage({ path: join(cwd, folder, 'projection') }), ...options });
  opened = {
    engine,
    close: async () => {
      await engine.close();
      await store.right.close();
    },
  };
  return engine;
};

const close = async (): Promise<void> => {
  await opened?.close();
  opened = undefined;
};

const run = async (...args: ReadonlyArray<string>): Promise<string> => {
  const { code, output, errors } = await ending(args);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return output;
};

const ending = async (args: ReadonlyArray<string>, stopped?: AbortSignal): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> => {
  const written = { output: '', errors: '' };
  const world = {
    ...processWorld(),
    env: {},
    cwd,
    ...(stopped === undefined ? {} : { stopped }),
    write: (text: string) => {
      written.output += text;
      return Promise.resolve();
    },
    writeError: (text: string) => {
      written.errors += text;
    },
  };
  return { code: await runCommand(args, world, lazyServices(world)), ...written };
};

/** The ids of the lines of a feed. */
const feedIds = async (): Promise<ReadonlyArray<string>> =>
  (await run('feed', '--no-follow', '--json')).trim().split('\n').map((line) => (JSON.parse(line) as { readonly id: string }).id);

/** Runs a line of the guide to backup and restore. */
const runLine = async (line: string): Promise<void> => {
  const [command, ...args] = line.split(' ');
  if (command === 'account-data') await run(...args);
  else if (command === 'mv' && args.length === 2) await rename(join(cwd, args[0] ?? ''), join(cwd, args[1] ?? ''));
  else throw new Error(`The guide has a line that this test can't run: ${line}`);
};

/** Its two blocks of commands, as the README of the server has them. */
const guide = async (): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
  const page = await readFile(new URL('../../server/README.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## Backup and restore')).split('\n## ')[0] ?? '';
  return [...section.matchAll(/```sh\n([^`]+)```/g)].map(([, commands = '']) => commands.trim().split('\n'));
};

const expectWhole = async (engine: AccountDataEngine): Promise<void> => {
  expect(await engine.projection.verify()()).toMatchObject({ right: { equal: true } });
};

describe('a backup that is made while writes go on', () => {
  it('is put back without what was erased since, and whoever has read further is told once the log goes on beyond', async () => {
    const [backUp = [], putBack = []] = await guide();
    expect([backUp.length, putBack.length]).toEqual([1, 2]);
    const erasureList = erasureFile({ path: join(cwd, 'data.erasures'), required: true });
    let engine = await open({ erasureList });
    await writeFile(join(cwd, 'data', 'tokens.json'), '{"version":1,"tokens":[]}');
    await engine.setAccountData(alice, null, 'secret', { text: 'what-nobody-else-has' });
    const writing = { goesOn: true, count: 0 };
    const writes = (async () => {
      for (; writing.goesOn; writing.count += 1) await engine.setAccountData(bob, null, 'count', { count: writing.count });
    })();
    for (const line of backUp) await runLine(line);
    writing.goesOn = false;
    await writes;
    await engine.eraseUser(alice);
    for (let n = 0; n < 5; n += 1) await engine.setAccountData(bob, null, `lost${n}`, { n });
    const read = engine.position();
    const epoch = engine.epochAt(read);
    const ids = await feedIds();
    await close();

    for (const line of putBack) await runLine(line);
    expect(await readFile(join(cwd, 'data', 'tokens.json'), 'utf8')).toContain('"version":1');
    expect((await stat(join(cwd, 'data', 'tokens.json'))).mode & 0o077).toBe(0);
    // Not even an engine that knows no list shows what was erased.
    engine = await open();
    expect(engine.get(alice, null, 'secret')).toBeUndefined();
    expect(Number(engine.get(bob, null, 'count')?.content['count'])).toBeLessThanOrEqual(writing.count);
    while (Number(engine.position()) <= Number(read)) await engine.setAccountData(bob, null, 'new', { position: String(engine.position()) });
    expect(await engine.placeOf(read, epoch)).toBe('lost');
    await expectWhole(engine);
    const shared = (await feedIds()).filter((id) => ids.includes(id));
    await run('feed', '--no-follow', '--after', shared.at(-1) ?? '');
    for (const after of [ids.at(-1) ?? '', `${String(Number(engine.position()) + 1_000)}_${ids[0]?.split('_')[1] ?? ''}`]) {
      const refused = await ending(['feed', '--no-follow', '--after', after]);
      expect(refused.code).toBe(1);
      expect(refused.errors).toContain('(position_lost)');
    }
  });

  it('that was put back by other means is treated by scrub --apply-erasures, also beside the server', async () => {
    let engine = await open();
    await engine.setAccountData(alice, null, 'secret', { text: 'what-nobody-else-has' });
    const { logId } = engine;
    await run('store', 'backup', 'backup');
    await close();
    await writeFile(join(cwd, 'list'), `${JSON.stringify({ log_id: logId, user_id: alice })}\n`);
    await rm(join(cwd, 'data'), { recursive: true });
    await cp(join(cwd, 'backup'), join(cwd, 'data'), { recursive: true });
    engine = await open();
    expect(engine.get(alice, null, 'secret')).toBeDefined();
    expect(JSON.parse(await run('store', 'scrub', '--apply-erasures', 'list', '--json'))).toMatchObject({ erased: 1, damage: [] });
    expect(await engine.projection.waitForRevision(streamNames('').erasures, Revision(0), 5_000)).toBe(true);
    expect(engine.get(alice, null, 'secret')).toBeUndefined();
    expect(JSON.parse(await run('store', 'scrub', '--apply-erasures', 'list', '--json'))).toMatchObject({ erased: 0 });
  });
});

/** Flips a bit in each copy of a text in the log: pages that are not in use any more may hold one, too. */
const damage = async (text: string): Promise<void> => {
  const [name = ''] = (await readdir(join(cwd, 'data', 'log'))).filter((file) => file.endsWith('.mdb'));
  const path = join(cwd, 'data', 'log', name);
  const bytes = await readFile(path);
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
  await chmod(path, 0o600);
};

describe('a log that is damaged', () => {
  it('is salvaged, runs, has lost what was said, and whoever read beyond that is told', async () => {
    let engine = await open();
    for (let n = 0; n < 6; n += 1) await engine.setAccountData(alice, null, `type${n}`, { text: `content number ${n}` });
    await engine.setAccountData(bob, null, 'kept', { n: 1 });
    const early = (await engine.history(alice)).entries.at(-2)?.position ?? 'start';
    const late = engine.position();
    const tags = [engine.epochAt(early), engine.epochAt(late)];
    await close();
    await damage(' number 3');
    const dry = await run('store', 'salvage', '--json');
    const told = JSON.parse(await run('store', 'salvage', '--to', 'saved', '--json')) as { readonly lost: ReadonlyArray<{ readonly from: string; readonly to: string }> };
    expect(JSON.parse(dry)).toEqual(told);
    expect(told).toMatchObject({ revisions: [{ user_id: alice, from: '3', to: '3' }] });
    expect(told.lost).toHaveLength(1);
    engine = await open({}, 'saved');
    const types = (await engine.history(alice)).entries.map(({ type }) => type).reverse();
    expect(types).toEqual(['type0', 'type1', 'type2', 'type4', 'type5']);
    expect(await engine.setAccountData(alice, null, 'type3', { text: 'again' })).toMatchObject({ revision: '6' });
    expect(engine.get(bob, null, 'kept')).toBeDefined();
    expect(await engine.placeOf(early, tags[0])).toBe('held');
    expect(await engine.placeOf(late, tags[1])).toBe('lost');
    await expectWhole(engine);
  });
});

describe('a copy that is to be written where no folder can be made', () => {
  it('is refused with what the system said, and leaves nothing', async () => {
    const engine = await open();
    await engine.setAccountData(alice, null, 'secret', { text: 'kept' });
    await close();
    const file = join(cwd, 'file');
    await writeFile(file, '');
    for (const [args, what] of [
      [['store', 'backup', join(file, 'backup')], `mkdir ${join(file, 'backup')} (ENOTDIR)`],
      [['store', 'backup', file], `mkdir ${file} (EEXIST)`],
      [['store', 'salvage', '--to', join(file, 'saved')], `mkdir ${join(file, 'saved')} (ENOTDIR)`],
    ] as const) {
      expect(await ending(args)).toEqual({
        code: 1,
        output: '',
        errors: `account-data: The system refused to ${what}. (system_refused)\n  Look whether it is there, whether this user may do that, and whether its disk has room and may be written.\n`,
      });
    }
    expect((await readdir(cwd)).sort()).toEqual(['data', 'file']);
  });
});

describe('work on a whole data folder', () => {
  const interrupted = async (...args: ReadonlyArray<string>): Promise<string> => {
    const { code, errors } = await ending(args, AbortSignal.abort());
    expect([args, code]).toEqual([args, 1]);
    return errors;
  };

  it('ends where it is interrupted, leaves things as they were, and says how to go on', async () => {
    const engine = await open();
    for (let n = 0; n < 40; n += 1) await engine.setAccountData(bob, null, `noise${String(n)}`, { text: randomBytes(20_000).toString('hex') });
    await close();
    const before = await readdir(join(cwd, 'data'), { recursive: true });
    expect(await interrupted('store', 'backup', 'copy')).toBe('account-data: Interrupted. (interrupted)\n  Nothing of the copy is left: run the same command again.\n');
    expect(await interrupted('store', 'scrub')).toContain('Nothing is kept of what was looked at: run the same command again.');
    expect(await interrupted('store', 'salvage', '--to', 'copy')).toContain('The damaged folder is as it was');
    expect(await interrupted('store', 'compact')).toContain('The log is as it was');
    expect(await interrupted('doctor')).toContain('Nothing is changed by it');
    expect(await readdir(join(cwd, 'data'), { recursive: true })).toEqual(before);

    await run('store', 'backup', 'copy');
    await rename(join(cwd, 'data'), join(cwd, 'gone'));
    expect(await interrupted('store', 'restore', 'copy')).toContain('Nothing was put back, and the backup is as it was');
    await run('store', 'restore', 'copy');
    expect((await open()).list(bob)).toHaveLength(40);
  });

  it('is refused where its target is in what it is a copy of, before anything is written', async () => {
    await (await open()).setAccountData(bob, null, 'theme', {});
    await close();
    await symlink(join(cwd, 'data'), join(cwd, 'link'));
    const before = await readdir(join(cwd, 'data'), { recursive: true });
    for (const to of [join('data', 'inside'), join('data', 'log', 'new', 'inside'), join('link', 'inside')]) {
      for (const args of [['backup', to], ['salvage', '--to', to]]) expect((await ending(['store', ...args])).errors).toContain('(store_folder_inside)');
    }
    expect(await readdir(join(cwd, 'data'), { recursive: true })).toEqual(before);
    await run('store', 'backup', 'copy');
    expect((await ending(['store', 'restore', 'copy', '--dir', join('copy', 'data')])).errors).toContain('(store_folder_inside)');
    expect(await readdir(join(cwd, 'copy'))).toEqual(['log']);
  });

  it('and a read say of a data folder that is a link to what is not there, that it is one', async () => {
    await symlink(join(cwd, 'not-mounted'), join(cwd, 'data'));
    for (const args of [['get', bob, 'theme'], ['store', 'scrub'], ['store', 'backup', 'copy'], ['put', bob, 'theme', '{}'], ['store', 'restore', 'copy']]) {
      expect([args, (await ending(args)).errors]).toEqual([args, expect.stringContaining(`${join(cwd, 'data')} is a link to something that is not there.`)]);
    }
  });
});
