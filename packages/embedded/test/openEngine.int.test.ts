import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccountDataEngine, EngineError, EngineNotOpened, openEngine } from '../src/index.js';

const alice = '@alice:example.org';
const room = '!home:example.org';
const theme = 'org.example.theme';

let folder: string;
let path: string;
const open: Array<AccountDataEngine> = [];

const opened = async (): Promise<AccountDataEngine> => {
  const engine = await openEngine({ path });
  open.push(engine);
  return engine;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-data-embedded-'));
  path = join(folder, 'data');
});

afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('openEngine', () => {
  it('keeps log and read model in the folder, and finds both again', async () => {
    const first = await opened();
    await first.setAccountData(alice, null, theme, { dark: true });
    await first.close();
    expect(existsSync(join(path, 'log', 'current')) && existsSync(join(path, 'projection', 'CURRENT'))).toBe(true);
    const second = await opened();
    expect(second.logId).toBe(first.logId);
    expect(second.get(alice, null, theme)?.content).toEqual({ dark: true });
  });

  it('a folder that is open already is refused with its code', async () => {
    await opened();
    await expect(openEngine({ path })).rejects.toThrow(EngineNotOpened);
    await expect(openEngine({ path })).rejects.toMatchObject({ code: 'store_locked', message: expect.stringContaining(`The process ${String(process.pid)} owns the data folder`) as unknown });
  });

  it('what is refused is thrown with its code', async () => {
    const engine = await opened();
    await expect(engine.setAccountData('alice', null, theme, {})).rejects.toThrow(EngineError);
    await expect(engine.setAccountData('alice', null, theme, {})).rejects.toMatchObject({ code: 'invalid_user_id' });
    await engine.setAccountData(alice, null, theme, { dark: true });
    await expect(engine.setAccountData(alice, null, theme, {}, { ifRevision: 'absent' })).rejects.toMatchObject({ code: 'revision_mismatch' });
    await engine.close();
    await expect(engine.setAccountData(alice, null, theme, {})).rejects.toMatchObject({ code: 'engine_closed' });
  });

  it('all that is given survives JSON', async () => {
    const engine = await opened();
    const change = await engine.setAccountData(alice, null, theme, { dark: true }, { reason: 'first visit' });
    const batch = await engine.batch(alice, [{ _tag: 'SetAccountData', roomId: room, type: theme, content: { size: 2 } }]);
    const tag = await engine.setTag(alice, room, 'm.favourite', { order: 0.5 });
    const restored = await engine.restore(alice, change.revision);
    const items: Array<unknown> = [];
    for await (const item of engine.feed({ after: 'start' })) {
      items.push(item);
      if (items.length === 4) break;
    }
    const lines: Array<unknown> = [];
    for await (const line of engine.exportLog()) lines.push(line);
    const given = {
      ...{ change, batch, tag, restored, items, lines },
      position: engine.position(),
      get: engine.get(alice, null, theme),
      list: engine.list(alice),
      tags: engine.tags(alice, room),
      history: await engine.history(alice),
      tagHistory: await engine.tagHistory(alice),
      asOf: await engine.asOf(alice, { revision: change.revision }),
      diff: await engine.diff(alice, { from: { revision: change.revision } }),
      receipt: await engine.eraseUser(alice),
    };
    expect(JSON.parse(JSON.stringify(given))).toEqual(given);
  });

  it('an erasure is kept beside the folder, for a restore of an older copy', async () => {
    const engine = await opened();
    await engine.setAccountData(alice, null, theme, { dark: true });
    await engine.eraseUser(alice);
    expect(existsSync(`${path}.erasures`)).toBe(true);
  });
});
