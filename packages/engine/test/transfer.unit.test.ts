import { createInMemoryEventStore } from '@account-data/event-store';
import { defaultPolicy } from '@account-data/modules';
import { systemRuntime } from '@account-data/runtime';
import * as fc from 'fast-check';
import { arbitraryAccountDataType, arbitraryJsonObject, arbitraryRoomId } from '@account-data/domain/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AccountDataEngine, type EngineOptions, type TransferLine, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';
const bob = '@bob:example.org';
const room = '!r:example.org';

const open = async (options: Partial<EngineOptions> = {}): Promise<AccountDataEngine> => {
  const store = createInMemoryEventStore({ runtime: systemRuntime });
  const engine = await createAccountDataEngine({ store, ...options });
  onTestFinished(() => engine.close());
  return engine;
};

const exported = async (engine: AccountDataEngine, options = {}): Promise<ReadonlyArray<TransferLine>> => {
  const lines: Array<TransferLine> = [];
  for await (const line of engine.exportLog(options)) lines.push(line);
  return lines;
};

const textOf = (lines: ReadonlyArray<TransferLine>): ReadonlyArray<string> => lines.map((line) => JSON.stringify(line));

/** What must be equal after a round trip: all but ids of the log itself, and the origin. */
const essence = (lines: ReadonlyArray<TransferLine>): ReadonlyArray<unknown> =>
  lines.flatMap((line) => ('kind' in line ? [{ ...line, source_id: '', origin: '' }] : []));

const filled = async (): Promise<AccountDataEngine> => {
  const engine = await open();
  await engine.setAccountData(alice, null, 'a', { v: 1 }, { reason: 'because', actor: { kind: 'service', id: 's' } });
  await engine.setAccountData(bob, room, 'b', { v: 1 });
  await engine.setAccountData(alice, null, 'a', { v: 2 });
  await engine.setTag(alice, room, 'u.work', { order: 0.5 });
  await engine.setTag(alice, room, 'u.play', {});
  await engine.removeTag(alice, room, 'u.play');
  await engine.deleteAccountData(bob, room, 'b');
  return engine;
};

describe('a round trip', () => {
  test('keeps every change, its order, time, actor, reason and cause', async () => {
    const source = await filled();
    const target = await open();
    const lines = await exported(source);
    const result = await target.importLog(textOf(lines));
    expect(result).toMatchObject({ imported: 7, known: 0, erased: 0 });
    const again = await exported(target);
    const perUser = (all: ReadonlyArray<unknown>, user: string) => all.filter((line) => (line as { user_id: string }).user_id === user);
    for (const user of [alice, bob]) expect(perUser(essence(again), user)).toEqual(perUser(essence(lines), user));
    expect(target.get(alice, null, 'a')?.content).toEqual({ v: 2 });
    expect(target.tags(alice, room)?.tags).toEqual({ 'u.work': { order: 0.5 } });
    expect((await target.history(alice)).entries[0]).toMatchObject({ origin: 'import' });
  });

  test('of any data', async () => {
    const change = fc.record({ user: fc.constantFrom(alice, bob), room: fc.option(arbitraryRoomId), type: arbitraryAccountDataType, content: arbitraryJsonObject });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const [source, target] = await Promise.all([open(), open()]);
        for (const { user, room: roomId, type, content } of changes) {
          await source.setAccountData(user, roomId, type, content).catch(() => undefined);
        }
        await target.importLog(textOf(await exported(source)));
        for (const user of [alice, bob]) {
          expect(target.list(user).map(({ roomId, type, content }) => ({ roomId, type, content }))).toEqual(
            source.list(user).map(({ roomId, type, content }) => ({ roomId, type, content })),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test('of the state alone leaves out what was before', async () => {
    const source = await filled();
    const lines = essence(await exported(source, { history: false }));
    expect(lines).toMatchObject([
      { kind: 'account_data', user_id: alice, type: 'a', content: { v: 2 } },
      { kind: 'tag', user_id: alice, type: 'u.work', content: { order: 0.5 } },
    ]);
  });

  test('of one user leaves out all others', async () => {
    const source = await filled();
    const lines = essence(await exported(source, { userId: bob }));
    expect(lines.map((line) => (line as { user_id: string }).user_id)).toEqual([bob, bob]);
  });
});

describe('an import', () => {
  test('that is run again, or was cut off, has each record once', async () => {
    const lines = textOf(await exported(await filled()));
    const target = await open();
    await expect(target.importLog(lines.slice(0, 4))).rejects.toMatchObject({ code: 'invalid_export', line: 5 });
    expect(await target.importLog(lines)).toMatchObject({ imported: 4, known: 3 });
    expect(await target.importLog(lines)).toMatchObject({ imported: 0, known: 7 });
    expect(essence(await exported(target))).toHaveLength(7);
  });

  test('calls no module, unless that is asked for', async () => {
    const lines = textOf(await exported(await filled()));
    const heard: Array<string> = [];
    const listener = {
      name: 'listener',
      policy: defaultPolicy,
      setUp: (api: Parameters<NonNullable<EngineOptions['modules']>['configured'][number]['setUp']>[0]) => {
        api.registerAccountDataCallbacks({
          onAccountDataUpdated: (userId) => {
            heard.push(userId);
          },
        });
      },
    };
    const quiet = await open({ modules: { configured: [listener] } });
    await quiet.importLog(lines);
    await quiet.setAccountData(alice, null, 'x', {}, { await: 'modules' });
    expect(heard).toEqual([alice]);
    const loud = await open({ modules: { configured: [listener] } });
    await loud.importLog(lines, { callbacks: true });
    await loud.setAccountData(alice, null, 'x', {}, { await: 'modules' });
    await loud.setAccountData(bob, null, 'x', {}, { await: 'modules' });
    expect(heard.filter((user) => user === bob)).toHaveLength(3);
  });

  test('stops at the first bad line, says where, and repeats no content', async () => {
    const target = await open();
    const header = JSON.stringify({ format: 'account-data-export', version: 1, log_id: 'x', history: true });
    const bad = JSON.stringify({
      kind: 'account_data',
      user_id: 'not a user',
      room_id: null,
      type: 't',
      content: { secret: 'hush' },
      source_id: '1',
      actor: { kind: 'user', id: 'x' },
    });
    const refusal = target.importLog([header, bad]);
    await expect(refusal).rejects.toMatchObject({ code: 'invalid_user_id', line: 2, path: '/user_id' });
    await expect(refusal).rejects.not.toThrow(/hush/);
    await expect(target.importLog(['{}'])).rejects.toMatchObject({ line: 1 });
    const refused: Array<unknown> = [];
    const end = JSON.stringify({ end: true, records: 1 });
    const result = await target.importLog([header, bad, end], { onRefused: (refusal) => refused.push(refusal) });
    expect(result).toMatchObject({ imported: 0, refused: 1 });
    expect(refused).toMatchObject([{ line: 2, code: 'invalid_user_id' }]);
  });

  test('brings back no erased user', async () => {
    const source = await filled();
    const lines = textOf(await exported(source));
    await source.eraseUser(alice);
    expect(await source.importLog(lines)).toMatchObject({ erased: 5 });
    expect(source.list(alice)).toEqual([]);
    expect(essence(await exported(source)).every((line) => (line as { user_id: string }).user_id === bob)).toBe(true);
  });

  test('that only checks appends nothing', async () => {
    const lines = textOf(await exported(await filled()));
    const target = await open();
    await target.importLog(lines, { dryRun: true });
    expect(essence(await exported(target))).toEqual([]);
  });
});
