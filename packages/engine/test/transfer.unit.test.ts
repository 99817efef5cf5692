import { type EventStore, type Position, Revision, createInMemoryEventStore } from '@account-data/event-store';
import { defaultPolicy } from '@account-data/modules';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import type { UserId } from '@account-data/domain';
import { arbitraryAccountDataType, arbitraryJsonObject, arbitraryRoomId } from '@account-data/domain/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LogHistoryQuery } from '@account-data/projection';
import { type AccountDataEngine, type EngineOptions, type TransferLine, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';
const aliceId = alice as UserId;
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

/** What must be equal after a round trip: all but the name of the log that a record's id is of. */
const essence = (lines: ReadonlyArray<TransferLine>): ReadonlyArray<unknown> =>
  lines.flatMap((line) => {
    if (!('kind' in line)) return [];
    const { source_log: _sourceLog, ...rest } = line;
    return [rest];
  });

/** What a state holds, whenever and wherever it was brought about. */
const essenceOf = ({ entries, tags }: Awaited<ReturnType<AccountDataEngine['asOf']>>) => ({
  entries: entries.map(({ roomId, type, content }) => ({ roomId, type, content })),
  tags: tags.map((ofRoom) => ({ roomId: ofRoom.roomId, tags: ofRoom.tags })),
});

test('an import is not refused for the bytes of a user, who may then only shrink', async () => {
  const source = await open();
  await source.setAccountData(alice, null, 'a', { v: 'x'.repeat(100) });
  await source.setAccountData(alice, null, 'b', { v: 'x'.repeat(100) });
  const target = await open({ limits: { maxBytesPerUser: 50 } });
  expect(await target.importLog(textOf(await exported(source)))).toMatchObject({ imported: 2 });
  await expect(target.setAccountData(alice, null, 'c', { v: 1 })).rejects.toMatchObject({ code: 'too_much_data' });
  await target.setAccountData(alice, null, 'a', { v: 'x'.repeat(99) });
  await target.deleteAccountData(alice, null, 'a');
  expect(target.get(alice, null, 'b')).toMatchObject({ content: { v: 'x'.repeat(100) } });
});

const positionOf = async (store: EventStore, eventId: string | undefined): Promise<Position> => {
  const slice = await store.readAll({ after: 'start', limit: 1_000_000 })();
  const found = E.isRight(slice) ? slice.right.events.find(({ id }) => id === eventId) : undefined;
  if (found === undefined) throw new Error('There is no such event.');
  return found.position;
};

const filled = async (): Promise<AccountDataEngine> => {
  const engine = await open();
  await engine.setAccountData(alice, null, 'a', { v: 1 }, { reason: 'because', actor: { kind: 'service', id: 's' } });
  await engine.setAccountData(bob, room, 'b', { v: 1 });
  await engine.setAccountData(alice, null, 'a', { v: 2 });
  await engine.setTag(alice, room, 'u.work', { order: 0.5 });
  await engine.setTag(alice, room, 'u.play', {});
  await engine.removeTag(alice, room, 'u.play');
  await engine.deleteAccountData(bob, room, 'b');
  await engine.restore(bob, Revision(0));
  return engine;
};

describe('a round trip', () => {
  test('keeps every change, its order, time, actor, reason and cause', async () => {
    const source = await filled();
    const target = await open();
    const lines = await exported(source);
    const result = await target.importLog(textOf(lines));
    expect(result).toMatchObject({ imported: 8, known: 0, erased: 0 });
    const again = await exported(target);
    const perUser = (all: ReadonlyArray<unknown>, user: string) => all.filter((line) => (line as { user_id: string }).user_id === user);
    for (const user of [alice, bob]) expect(perUser(essence(again), user)).toEqual(perUser(essence(lines), user));
    expect(target.get(alice, null, 'a')?.content).toEqual({ v: 2 });
    expect(target.tags(alice, room)?.tags).toEqual({ 'u.work': { order: 0.5 } });
    expect((await target.history(alice)).entries[0]).toMatchObject({ origin: 'import' });
  });

  test('differs in the header’s log and in `source_log` alone, however often it is made', async () => {
    const [source, target, third] = [await filled(), await open(), await open()];
    const lines = await exported(source);
    await target.importLog(textOf(lines));
    const again = await exported(target);
    await third.importLog(textOf(again));
    const byName = (all: ReadonlyArray<TransferLine>, sourceLog?: string): ReadonlyArray<string> =>
      all
        .map((line) => {
          if ('format' in line) return { ...line, log_id: '' };
          return 'kind' in line && sourceLog !== undefined ? { ...line, source_log: sourceLog } : line;
        })
        .map((line) => JSON.stringify(Object.entries(line).sort()))
        .sort();
    expect(byName(again)).toEqual(byName(lines, source.logId));
    expect(byName(await exported(third))).toEqual(byName(again));
    expect(lines.filter((line) => 'kind' in line && line.origin === 'restore')).toMatchObject([{ restored_revision: '0' }]);
    // Back where it came from, every record is known; and a third log has each once, from whichever of the two.
    expect(await source.importLog(textOf(again))).toMatchObject({ imported: 0, known: 8 });
    expect(await third.importLog(textOf(lines))).toMatchObject({ imported: 0, known: 8 });
  });

  test('into the log it was made from brings nothing, and leaves what is newer', async () => {
    const engine = await filled();
    const lines = textOf(await exported(engine));
    await engine.setAccountData(alice, null, 'a', { v: 'newer' });
    expect(await engine.importLog(lines)).toMatchObject({ imported: 0, known: 8 });
    expect(engine.get(alice, null, 'a')?.content).toEqual({ v: 'newer' });
    expect(await exported(engine)).toHaveLength(lines.length + 1);
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
      { kind: 'account_data', user_id: bob, type: 'b', content: { v: 1 } },
    ]);
    const ofAlice = essence(await exported(source, { history: false, userId: alice }));
    expect(ofAlice).toMatchObject([{ type: 'a', content: { v: 2 } }, { type: 'u.work' }]);
  });

  test('of the state alone has every key as it was when it began, whatever is changed meanwhile', async () => {
    const source = await open();
    for (let i = 0; i < 5; i += 1) await source.setAccountData(alice, null, `k${String(i)}`, { i });
    await source.setTag(alice, room, 'u.kept', { order: 0.1 });
    await source.setTag(alice, room, 'u.gone', {});
    const lines: Array<TransferLine> = [];
    for await (const line of source.exportLog({ history: false })) {
      if (lines.length === 1) {
        await source.setAccountData(alice, null, 'k3', { i: 'newer' });
        await source.deleteAccountData(alice, null, 'k4');
        await source.setAccountData(alice, null, 'k5', { i: 5 });
        await source.setTag(alice, room, 'u.kept', { order: 0.9 });
        await source.removeTag(alice, room, 'u.gone');
      }
      lines.push(line);
    }
    expect(essence(lines)).toMatchObject([
      ...[0, 1, 2, 3, 4].map((i) => ({ type: `k${String(i)}`, content: { i } })),
      { type: 'u.kept', content: { order: 0.1 } },
      { type: 'u.gone', content: {} },
    ]);
    expect(lines.at(-1)).toEqual({ end: true, records: 7 });
  });

  test('has nothing of a user whom another server erased while this one hears nothing', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const elsewhere = await createAccountDataEngine({ store });
    onTestFinished(() => elsewhere.close());
    await elsewhere.setAccountData(alice, null, 'a', { secret: true });
    const deaf: EventStore = { ...store.connect(), subscribe: () => ({ health: () => ({ _tag: 'CatchingUp' }), close: () => Promise.resolve() }) };
    const engine = await createAccountDataEngine({ store: deaf, start: 'at-once' });
    onTestFinished(() => engine.close());
    await elsewhere.eraseUser(alice);
    expect(engine.projection.erased(alice)).toBe(false);
    expect(essence(await exported(engine))).toEqual([]);
  });

  test('of one user reads the streams a page at a time, as it is taken from', async () => {
    const inner = createInMemoryEventStore({ runtime: systemRuntime });
    const reads: Array<{ readonly stream: string; readonly events: number }> = [];
    const store: EventStore = {
      ...inner,
      read: (stream, options) => async () => {
        const slice = await inner.read(stream, options)();
        if (E.isRight(slice) && slice.right._tag === 'Events') reads.push({ stream, events: slice.right.events.length });
        return slice;
      },
    };
    const engine = await createAccountDataEngine({ store });
    onTestFinished(() => engine.close());
    await Promise.all(Array.from({ length: 3_500 }, (_, i) => engine.setAccountData(alice, null, `k${String(i % 50)}`, { i })));
    await engine.setTag(alice, room, 'u.work', {});
    const ofAlice = (): ReadonlyArray<number> => reads.filter(({ stream }) => stream.endsWith(alice)).map(({ events }) => events);
    for (const history of [true, false]) {
      reads.length = 0;
      const lines = engine.exportLog({ userId: aliceId, history });
      await lines.next();
      expect(ofAlice()).toEqual([]);
      for (let n = 0; n < 10; n += 1) await lines.next();
      if (history) expect(ofAlice().filter((events) => events > 1)).toHaveLength(1);
      let rest = 0;
      for await (const line of lines) if ('kind' in line) rest += 1;
      expect(rest).toBe(history ? 3_491 : 41);
      expect(Math.max(...ofAlice())).toBeLessThanOrEqual(1_000);
      expect(ofAlice().length).toBeGreaterThan(3);
    }
  });

  test('of one user ends where the streams ended when it began, whatever is changed meanwhile', async () => {
    const source = await open();
    for (let i = 0; i < 1_500; i += 1) await source.setAccountData(alice, null, 'k', { i });
    await source.setTag(alice, room, 'u.kept', { order: 0.1 });
    for (const history of [true, false]) {
      const lines: Array<TransferLine> = [];
      const before = essence(await exported(source, { userId: alice, history }));
      for await (const line of source.exportLog({ userId: aliceId, history })) {
        // The first record: by then the moment is fixed, whatever follows.
        if (lines.length === 1) {
          await source.setAccountData(alice, null, 'k', { i: 'newer' });
          await source.setAccountData(alice, null, 'new', {});
          await source.setTag(alice, room, 'u.kept', { order: 0.9 });
        }
        lines.push(line);
      }
      expect(essence(lines)).toEqual(before);
    }
  });

  test('of one user who is erased meanwhile goes no further', async () => {
    const source = await open();
    for (let i = 0; i < 2_500; i += 1) await source.setAccountData(alice, null, 'k', { i });
    await source.setTag(alice, room, 'u.work', {});
    const lines: Array<TransferLine> = [];
    for await (const line of source.exportLog({ userId: aliceId })) {
      if (lines.length === 1) await source.eraseUser(alice);
      lines.push(line);
    }
    // The one that was taken when the erasure began, whatever had been read ahead of it.
    expect(essence(lines)).toHaveLength(1);
  });

  test('while changes go on is the log up to some position: every change once, and imported the state at that position', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const source = await open({ store });
    const users = [alice, bob, '@carol:example.org'];
    const change = async (i: number): Promise<void> => {
      const user = users[i % users.length] ?? alice;
      const type = `k${String(i % 11)}`;
      if (i % 7 === 0) await source.setTag(user, room, `u.${String(i % 5)}`, { order: (i % 10) / 10 });
      else if (i % 13 === 0) await source.removeTag(user, room, `u.${String(i % 5)}`);
      else if (i % 17 === 0) await source.deleteAccountData(user, null, type);
      else await source.setAccountData(user, i % 2 === 0 ? room : null, type, { i });
    };
    for (let i = 0; i < 3_000; i += 1) await change(i);
    let n = 3_000;
    const state = { exporting: true };
    const writing = Array.from({ length: 4 }, async () => {
      while (state.exporting) {
        await change(n++);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const lines: Array<TransferLine> = [];
    for await (const line of source.exportLog()) {
      lines.push(line);
      // So that changes are made between any two pages, and in the middle of them.
      if (lines.length % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    state.exporting = false;
    await Promise.all(writing);

    const records = lines.flatMap((line) => ('kind' in line ? [line] : []));
    expect(lines.at(-1)).toEqual({ end: true, records: records.length });
    const all = essence(await exported(source));
    expect(records.length).toBeGreaterThanOrEqual(3_000);
    expect(all.length).toBeGreaterThan(records.length + 100);
    expect(essence(lines)).toEqual(all.slice(0, records.length));

    const target = await open();
    expect(await target.importLog(textOf(lines))).toMatchObject({ imported: records.length, known: 0 });
    const position = await positionOf(store, records.at(-1)?.source_id);
    for (const user of users) {
      const then = essenceOf(await source.asOf(user, { position }));
      expect(then.entries.length + then.tags.length).toBeGreaterThan(5);
      expect(essenceOf(await target.asOf(user, { time: Date.now() }))).toEqual(then);
    }
  });

  test('of one user leaves out all others', async () => {
    const source = await filled();
    const lines = essence(await exported(source, { userId: bob }));
    expect(lines.map((line) => (line as { user_id: string }).user_id)).toEqual([bob, bob, bob]);
  });
});

describe('an import', () => {
  test('keeps when each change was made: the times of histories and moments go by that or, where it is asked for, by the import', async () => {
    const times = { made: 1_000_000, imported: 2_000_000 };
    const at = (time: number) =>
      open({ store: createInMemoryEventStore({ runtime: { ...systemRuntime, clock: { ...systemRuntime.clock, now: () => time } } }) });
    const source = await at(times.made);
    await source.setAccountData(alice, null, 'a', { v: 1 });
    await source.setTag(alice, room, 'u.work', {});
    const target = await at(times.imported);
    await target.importLog(textOf(await exported(source)));
    const made = { since: times.made, until: times.made + 1 };
    const imported = { since: times.imported, until: times.imported + 1 };
    const told = [{ time: times.imported, originalTime: times.made }];
    expect((await source.history(alice, made)).entries).toMatchObject([{ time: times.made }]);
    for (const history of [target.history, target.tagHistory]) {
      expect((await history(alice, made)).entries).toMatchObject(told);
      expect((await history(alice, imported)).entries).toEqual([]);
      expect((await history(alice, { ...made, by: 'recorded' })).entries).toEqual([]);
      expect((await history(alice, { ...imported, by: 'recorded' })).entries).toMatchObject(told);
    }
    const acrossUsers = async (query: LogHistoryQuery) => E.toUnion(await target.projection.logHistory(query)());
    expect(await acrossUsers(made)).toMatchObject({ entries: told });
    expect(await acrossUsers({ ...made, by: 'recorded' })).toMatchObject({ entries: [] });
    expect((await target.asOf(alice, { time: times.made })).entries).toMatchObject([{ type: 'a' }]);
    expect((await target.asOf(alice, { time: times.made - 1 })).entries).toEqual([]);
    expect((await target.asOf(alice, { time: times.made, by: 'recorded' })).entries).toEqual([]);
  });

  test('that is run again, or was cut off, has each record once', async () => {
    const lines = textOf(await exported(await filled()));
    const target = await open();
    await expect(target.importLog(lines.slice(0, 4))).rejects.toMatchObject({ code: 'invalid_export', line: 5 });
    expect(await target.importLog(lines)).toMatchObject({ imported: 5, known: 3 });
    expect(await target.importLog(lines)).toMatchObject({ imported: 0, known: 8 });
    expect(essence(await exported(target))).toHaveLength(8);
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
    expect(heard.filter((user) => user === bob)).toHaveLength(4);
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

  test('takes only users of the own server, where that is named', async () => {
    const target = await open({ serverName: 'example.org' });
    const header = JSON.stringify({ format: 'account-data-export', version: 1, log_id: 'x', history: true });
    const record = (userId: string, more: object): string =>
      JSON.stringify({ user_id: userId, content: { a: 1 }, source_id: userId, actor: { kind: 'user', id: userId }, ...more });
    const data = { kind: 'account_data', room_id: null, type: 't' };
    const tag = { kind: 'tag', room_id: room, type: 'u.work' };
    const elsewhere = '@carol:elsewhere.org';
    for (const more of [data, tag]) {
      await expect(target.importLog([header, record(alice, more), record(elsewhere, more)])).rejects.toMatchObject({
        code: 'not_local_user',
        line: 3,
        path: '/user_id',
      });
    }
    const refused: Array<unknown> = [];
    const lines = [header, record(bob, data), record(elsewhere, data), JSON.stringify({ end: true, records: 2 })];
    expect(await target.importLog(lines, { onRefused: (refusal) => refused.push(refusal) })).toMatchObject({ imported: 1, refused: 1 });
    expect(refused).toMatchObject([{ line: 3, code: 'not_local_user' }]);
    expect(target.list(elsewhere)).toEqual([]);
  });

  test('brings back no erased user', async () => {
    const source = await filled();
    const lines = textOf(await exported(source));
    await source.eraseUser(alice);
    expect(await source.importLog(lines)).toMatchObject({ erased: 5, imported: 0, known: 3 });
    expect(source.list(alice)).toEqual([]);
    expect(essence(await exported(source)).map((line) => (line as { user_id: string }).user_id)).toEqual([bob, bob, bob]);
    const target = await open();
    await target.setAccountData(alice, null, 'a', {});
    await target.eraseUser(alice);
    expect(await target.importLog(lines)).toMatchObject({ erased: 5, imported: 3, known: 0 });
    expect(target.list(alice)).toEqual([]);
  });

  test('refuses times that have no text, and names that are empty or can not be stored, with their line', async () => {
    const target = await open();
    const header = JSON.stringify({ format: 'account-data-export', version: 1, log_id: 'x', history: true });
    const record = {
      kind: 'account_data',
      user_id: alice,
      room_id: null,
      type: 't',
      content: {},
      source_id: '1',
      actor: { kind: 'user', id: alice },
    };
    const bad: ReadonlyArray<readonly [string, unknown]> = [
      ['/time', 1e300],
      ['/time', 253_402_300_800_000],
      ['/time', -1],
      ['/time', 'now'],
      ['/correlation_id', ''],
      ['/correlation_id', '\ud800'],
      ['/causation_id', ''],
      ['/source_id', '\udfff'],
      ['/source_log', ''],
      ['/origin', 'elsewhere'],
      ['/restored_revision', '-1'],
    ];
    for (const [path, value] of bad) {
      const line = JSON.stringify({ ...record, [path.slice(1)]: value });
      await expect(target.importLog([header, line])).rejects.toMatchObject({ code: 'invalid_line', line: 2, path });
    }
    const good = JSON.stringify({ ...record, time: 253_402_300_799_999, correlation_id: 'c' });
    await target.importLog([header, good, JSON.stringify({ end: true, records: 1 })]);
    expect((await target.history(alice)).entries).toMatchObject([{ originalTime: 253_402_300_799_999, correlationId: 'c' }]);
  });

  test('that only checks appends nothing', async () => {
    const lines = textOf(await exported(await filled()));
    const target = await open();
    await target.importLog(lines, { dryRun: true });
    expect(essence(await exported(target))).toEqual([]);
  });
});
