import type { Clock } from '@account-data/runtime';
import { latencyRoundsOf, roundsOf } from '../inFlight.js';
import { contentOf, typeOf, userOf } from '../workload.js';
import type { PeerChange, PeerName, PeerResult, PeerWork, RunningPeer } from './Peer.js';

const historian = '@historian:example.org';
const inFlight = 64;
const page = 100;

const changeOf = (n: number, userId: string, { types }: PeerWork): PeerChange => ({
  userId,
  type: typeOf(n, types),
  content: contentOf(n),
  reason: 'Asked for by support ticket 7',
});

/** Runs so many operations, so many at a time; gives how long that takes, in milliseconds. */
const timed = async (clock: Clock, count: number, lanes: number, operation: (n: number) => Promise<unknown>): Promise<number> => {
  const start = clock.monotonic();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await operation(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return clock.monotonic() - start;
};

const checked = async (found: number | Promise<number>, expected: number, what: string): Promise<void> => {
  const count = await found;
  if (count !== expected) throw new Error(`${what} found ${String(count)} instead of ${String(expected)}.`);
};

/** The median duration of a read, in milliseconds; undefined where there is no such read. */
const latency = async (clock: Clock, seconds: number, read: ((n: number) => Promise<void>) | undefined): Promise<number | undefined> =>
  read === undefined ? undefined : (await latencyRoundsOf(clock, read)(seconds)).value;

/** Does all the work with one of them, and checks what it answers. */
export const measurePeer = async (name: PeerName, peer: RunningPeer, work: PeerWork, clock: Clock): Promise<PeerResult> => {
  const { users, changes, types, seconds } = work;
  for (let n = 0; n < work.history; n += 1) await peer.put(changeOf(n, historian, work));
  const elapsed = await timed(clock, changes, inFlight, (n) => peer.put(changeOf(Math.floor(n / users), userOf(n, users), work)));
  const bytes = await peer.bytes();
  const single = await roundsOf(clock, { inFlight: 1, measure: 'rate' }, (n) => peer.put(changeOf(n, userOf(n, users), work)))(seconds);
  const reads = await roundsOf(clock, { inFlight, measure: 'rate' }, async (n) => {
    if ((await peer.get(userOf(n, users), typeOf(0, types))) === undefined) throw new Error('A read found nothing.');
  })(seconds);
  const { history, asOf } = peer;
  const ofKey = Math.min(page, Math.floor(work.history / types));
  const historyMs = await latency(clock, seconds, history && ((n) => checked(history(historian, typeOf(n, types), ofKey), ofKey, 'A history')));
  const earlier = (n: number): number => types + ((n * 37) % (work.history - types));
  const asOfMs = await latency(clock, seconds, asOf && ((n) => checked(asOf(historian, earlier(n)), types, 'An earlier state')));
  const start = clock.monotonic();
  const rebuilt = await peer.rebuild?.();
  const rebuild = rebuilt === undefined ? undefined : (rebuilt / (clock.monotonic() - start)) * 1000;
  return {
    name,
    writes64: (changes / elapsed) * 1000,
    writes1: single.value,
    reads: reads.value,
    ...(historyMs === undefined ? {} : { historyMs }),
    ...(asOfMs === undefined ? {} : { asOfMs }),
    ...(rebuild === undefined ? {} : { rebuild }),
    bytesEach: bytes / (changes + work.history),
  };
};
