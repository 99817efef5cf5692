import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LogSlice, type EventStore, type ReadFrom, StreamName } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime as runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { Check } from './checks.js';
import { programOfStore } from './programOfStore.js';
import { StoreProcess } from './StoreProcess.js';
import { pause } from './waiting.js';

const run = promisify(execFile);
const openers = 3;
const writers = 4;

const right = <L, A>(result: E.Either<L, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right;
};

const eventOf = (n: number) => ({ id: runtime.random.uuid(), type: 'Happened', data: { text: 'x'.repeat((n * 37) % 2_000) }, metadata: {} });

const idsOf = async (store: EventStore): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  let after: ReadFrom = 'start';
  for (;;) {
    const slice: LogSlice = right(await store.readAll({ after, limit: 1_000 })());
    ids.push(...slice.events.map(({ id }) => id));
    if (slice.isEnd) return ids;
    after = slice.next;
  }
};

/** What is wrong with a list of events that should be those, each once. */
const differenceOf = (found: ReadonlyArray<string>, expected: ReadonlyArray<string>): string | undefined => {
  const distinct = new Set(found);
  const lost = expected.filter((id) => !distinct.has(id)).length;
  const isSame = lost === 0 && found.length === distinct.size && found.length === expected.length;
  return isSame ? undefined : `${String(found.length)} events, ${String(distinct.size)} distinct, of ${String(expected.length)} acknowledged ${String(lost)} lost`;
};

/** Processes that open, follow and write the log of an owner that writes all the time; each of some opens it so many times. */
export const openings = async (folder: string, times: number, say: (text: string) => void): Promise<ReadonlyArray<Check>> => {
  const path = join(folder, 'store');
  const store = right(await openLmdbEventStore({ path, runtime, mode: 'own' })());
  const beside = new StoreProcess(path);
  const acknowledged: Array<string> = [];
  let isOver = false;
  const write = async (stream: string, append: (stream: StreamName, event: ReturnType<typeof eventOf>) => Promise<boolean>): Promise<void> => {
    while (!isOver) {
      const event = eventOf(acknowledged.length);
      if (!(await append(StreamName(stream), event))) return;
      acknowledged.push(event.id);
    }
  };
  try {
    await beside.ask('subscribe', { after: 'start' });
    const writing = Promise.all([
      ...Array.from({ length: writers }, (_none, writer) =>
        write(`writer-${String(writer)}`, async (stream, event) => {
          right(await store.append(stream, [event], 'any')());
          return true;
        }),
      ),
      write('beside', async (stream, event) => {
        const answer = (await beside.ask('append', stream, [event], 'any')) as { readonly _tag: string } | undefined;
        if (answer?._tag !== 'Right') beside.problems.push(`an append was refused: ${JSON.stringify(answer)}`);
        return answer?._tag === 'Right';
      }),
    ]);
    const opening = Array.from({ length: openers }, () => run(process.execPath, [programOfStore('openAndClose'), path, String(times)]).then(() => undefined, String));
    const failures = (await Promise.all(opening)).filter((failure) => failure !== undefined);
    isOver = true;
    await writing;
    let seen: ReadonlyArray<string> = [];
    for (let look = 0; look < 600 && seen.length < acknowledged.length && beside.problems.length === 0; look += 1) {
      await pause(100);
      seen = ((await beside.ask('seen')) ?? []) as ReadonlyArray<string>;
    }
    await beside.end();
    say(`opened ${String(openers * times)} times beside ${String(acknowledged.length)} events`);
    return [
      { name: 'every opening found the log whole', problem: failures[0] },
      { name: 'the log has what was acknowledged, each once', problem: differenceOf(await idsOf(store), acknowledged) },
      { name: 'a process that follows has seen the same', problem: differenceOf(seen, acknowledged) },
      { name: 'it appended and ended without a problem', problem: beside.problems[0] },
    ];
  } finally {
    isOver = true;
    await beside.end();
    await store.close();
  }
};
