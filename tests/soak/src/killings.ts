import { join } from 'node:path';
import { streamNames } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime as runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { Changes } from './changes.js';
import { type Check, checksOf, repeatedOf } from './checks.js';
import { DeliveringProcess, type DeliveringOptions } from './DeliveringProcess.js';
import { Effects, inTheMiddle } from './Effects.js';
import { announced } from './room.js';
import { until } from './waiting.js';

/** How many deliveries are waited for before a kill, at most; somewhat more are handled until it comes. */
const deliveriesPerKill = 60;

/** So many changes are in the log before a process begins, so that it never runs out of them. */
const changesAhead = 2_000;

/** What a kill may repeat: 20 milliseconds of deliveries that are not written, and the callbacks that ran. */
const repeatedPerKill = 200;

const opened = async (path: string): Promise<EventStore> => {
  const store = await openLmdbEventStore({ path, runtime })();
  if (E.isLeft(store)) throw new Error(store.left.message);
  return store.right;
};

/** `kill -9` in the middle of callbacks, so many times, on the embedded store. */
export const killings = async (folder: string, kills: number, say: (text: string) => void): Promise<ReadonlyArray<Check>> => {
  const path = join(folder, 'store');
  const effects = new Effects(join(folder, 'effects.jsonl'));
  const names = streamNames();
  const changes = new Changes(names);
  const fill = async (): Promise<void> => {
    if (changes.total - effects.handled() / 2 > changesAhead / 2) return;
    const filling = await opened(path);
    await changes.append(filling, changesAhead);
    await filling.close();
  };
  const options = (owner: string): DeliveringOptions => ({ store: { lmdb: path }, prefix: '', effects: effects.path, owner, slow: 4 });
  let within = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    await fill();
    const before = effects.handled();
    const delivering = new DeliveringProcess(options(`run-${String(kill)}`));
    const wanted = before + Math.ceil(Math.random() * deliveriesPerKill);
    await until('callbacks ran', () => effects.handled() >= wanted, () => delivering.end);
    await delivering.kill();
    if (inTheMiddle(effects.read(), delivering.owner) > 0) within += 1;
    if ((kill + 1) % 25 === 0) say(`killed ${String(kill + 1)} times, ${String(effects.handled())} deliveries handled`);
  }
  await fill();
  const last = new DeliveringProcess({ ...options('last'), slow: 0, untilCaughtUp: true });
  const code = await last.ended;
  const all = effects.read();
  const store = await opened(path);
  try {
    const checks = checksOf(all, changes, await announced(store, names), kills * repeatedPerKill);
    say(
      `${String(kills)} kills, ${String(within)} of them in the middle of callbacks; ${String(changes.total)} changes, ` +
        `${String(2 * changes.total)} deliveries, ${String(repeatedOf(all, changes))} of them repeated`,
    );
    return [
      ...checks,
      { name: 'most kills were in the middle of callbacks', problem: within * 10 >= kills * 8 ? undefined : `${String(within)} of ${String(kills)}` },
      { name: 'the last process stopped by itself', problem: code === 0 ? undefined : `it ended with ${String(code)}` },
    ];
  } finally {
    await store.close();
  }
};
