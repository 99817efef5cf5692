import { describe, expect, it } from 'vitest';
import { brokenInvariants, type Report, runScenario, type Scenario } from '../src/index.js';

const scenario = (seed: number): Scenario => ({ seed, steps: 250, faults: 0.05, crashes: 0.02 });

/** What can be compared and printed. */
const plain = (report: Report): unknown =>
  JSON.parse(JSON.stringify({ ...report, shown: [...report.shown.data, ...report.shown.tags] }));

describe('the whole engine under a simulated clock, with crashes and faults', () => {
  it.each(Array.from({ length: 24 }, (_, index) => index + 1))(
    'seed %i: nothing is lost, order is kept, and the room tells each change once',
    async (seed) => {
      const report = await runScenario(scenario(seed));
      expect(brokenInvariants(report)).toEqual([]);
      expect(report.log.length).toBeGreaterThan(50);
    },
  );

  it('meets crashes, lost answers, repetitions and refusals, or it would prove little', async () => {
    const reports = await Promise.all([1, 2, 3, 4].map((seed) => runScenario(scenario(seed))));
    const outcomes = reports.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome));
    expect(reports.some(({ crashes }) => crashes > 1)).toBe(true);
    expect(outcomes.some(({ _tag }) => _tag === 'Unknown')).toBe(true);
    expect(outcomes.some(({ _tag }) => _tag === 'Refused')).toBe(true);
    expect(outcomes.some((outcome) => outcome._tag === 'Accepted' && outcome.repeated)).toBe(true);
    expect(reports.some(({ deliveries, log }) => deliveries.length > log.filter(({ type }) => type === 'AccountDataUpdated').length)).toBe(true);
  });

  it('is replayed by its seed, event ids and times included', async () => {
    expect(plain(await runScenario(scenario(7)))).toEqual(plain(await runScenario(scenario(7))));
  });
});

describe('the invariants', () => {
  it('notice a lost, a doubled and a misplaced event, announcement and delivery', async () => {
    const report = await runScenario(scenario(3));
    const [data] = report.log.filter(({ type }) => type === 'AccountDataUpdated');
    expect(data).toBeDefined();
    const without = <A>(list: ReadonlyArray<A>, index: number): ReadonlyArray<A> => list.filter((_, at) => at !== index);
    const accepted = report.attempts.findIndex(({ outcome }) => outcome._tag === 'Accepted');
    const acceptedReason = `attempt ${String(report.attempts[accepted]?.wish.attempt)}`;
    const broken: ReadonlyArray<Report> = [
      { ...report, settled: false },
      { ...report, log: report.log.filter(({ metadata }) => metadata['reason'] !== acceptedReason) },
      { ...report, log: [...report.log, ...report.log.slice(-1)] },
      { ...report, room: without(report.room, 0) },
      { ...report, room: [...report.room, ...report.room.slice(-1)] },
      { ...report, room: report.room.toReversed() },
      { ...report, deliveries: report.deliveries.filter(({ eventId }) => eventId !== data?.id) },
      { ...report, deliveries: [...report.deliveries, ...report.deliveries.slice(0, 1)] },
      { ...report, shown: { ...report.shown, data: new Map([...report.shown.data].slice(1)) } },
      { ...report, shown: { ...report.shown, tags: new Map([['["@nobody:example.org","!a:b","u.x"]', {}]]) } },
    ];
    expect(broken.map((changed) => brokenInvariants(changed).length > 0)).toEqual(broken.map(() => true));
  });
});
