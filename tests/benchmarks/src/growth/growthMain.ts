import { Revision } from '@account-data/engine';
import type { Position } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { answerOnce } from '../answerOnce.js';
import { bytesUnder } from '../peers/accountDataPeer.js';
import { latencyRoundsOf, roundsOf, syncRoundsOf } from '../inFlight.js';
import { nextTurn } from '../programs/nextTurn.js';
import { openEngine } from '../programs/openEngine.js';
import { seedChanges } from '../programs/seedChanges.js';
import { contentOf, typeOf, userAt, userOf } from '../workload.js';
import type { GrowthCase, GrowthResult } from './GrowthCase.js';

/** A process of its own: fills a log, or opens one that is filled and measures it. */

/** What it is asked. @category model */
export interface GrowthRequest {
  readonly part: 'fill' | 'measure';
  readonly of: GrowthCase;
  readonly folder: string;
  readonly seconds: number;
}

const historian = '@historian:example.org';
const page = 100;
const { clock } = systemRuntime;

const fill = async ({ of, folder }: GrowthRequest): Promise<void> => {
  const { engine, close } = await openEngine(folder);
  const put = (n: number): Promise<unknown> => engine.setAccountData(historian, null, typeOf(n, of.types), contentOf(n), { await: 'appended' });
  await Promise.all(Array.from({ length: of.subject }, (_none, n) => put(n)));
  await seedChanges(engine, of);
  await engine.projection.flush();
  await close();
};

const expectCount = (found: number, expected: number, what: string): void => {
  if (found !== expected) throw new Error(`${what} has ${String(found)} entries instead of ${String(expected)}.`);
};

const measure = async ({ of, folder, seconds }: GrowthRequest): Promise<GrowthResult['values']> => {
  const begun = clock.monotonic();
  const { engine, close } = await openEngine(folder);
  const start = clock.monotonic() - begun;
  try {
    const disk = (await bytesUnder(folder)) / (of.events + of.subject);
    const subject = of.subject > 0 ? historian : userAt(0);
    const changes = of.subject > 0 ? of.subject : of.events;
    // In the later half, so that every page is full and every state whole.
    const revision = (n: number): number => changes - 1 - ((n * 37) % (changes > of.types ? changes / 2 : 1));
    const median = async (operation: (n: number) => Promise<void>): Promise<number> => {
      const rounds = latencyRoundsOf(clock, operation);
      await rounds(seconds / 4);
      return (await rounds(seconds)).value;
    };
    const reads = syncRoundsOf(clock, nextTurn, (n) => {
      if (engine.get(userOf(n, of.users), null, typeOf(0, of.types)) === undefined) throw new Error('A read found nothing.');
    });
    await reads(seconds / 4);
    const get = (await reads(seconds)).value;
    const history = await median(async (n) => {
      const { entries } = await engine.history(subject, { direction: 'backwards', from: Revision(revision(n)), limit: page });
      expectCount(entries.length, page, 'A page');
    });
    const asOf = await median(async (n) => {
      expectCount((await engine.asOf(subject, { revision: Revision(revision(n)) })).entries.length, of.types, 'An earlier state');
    });
    let next: Position | undefined;
    const across = await median(async () => {
      const found = await engine.projection.logHistory({ direction: 'backwards', limit: page, ...(next === undefined ? {} : { from: next }) })();
      if (E.isLeft(found)) throw new Error(found.left.code);
      ({ next } = found.right);
    });
    const sync = await median(async () => {
      expectCount(engine.projection.entries(subject).length, of.types, 'All that a user has');
      return nextTurn();
    });
    const appends = roundsOf(clock, { inFlight: 64, measure: 'rate' }, (n) => engine.setAccountData(userOf(n, of.users), null, typeOf(n, of.types), contentOf(n)));
    await appends(seconds);
    const append = (await appends(seconds)).value;
    return { append, get, history, asOf, across, sync, start, disk };
  } finally {
    await close();
  }
};

const answer = async (request: GrowthRequest): Promise<GrowthResult['values']> => {
  if (request.part === 'measure') return measure(request);
  await fill(request);
  return {};
};

answerOnce((request) => answer(request as GrowthRequest));
