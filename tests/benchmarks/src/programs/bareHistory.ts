import { latencyRoundsOf } from '../inFlight.js';
import type { HistoryWork, ProgramContext, RunningProgram } from '../Program.js';
import { typeOf, userAt } from '../workload.js';
import { bareEvent, type BareEvent } from './bareEvent.js';
import { fastestSettings } from './fastestSettings.js';
import { historyReads } from './historyReads.js';
import { openBare } from './openBare.js';

const keyOf = (userId: string, revision: number): string => `${userId}|${String(revision).padStart(8, '0')}`;

/**
 * The baseline of history and time travel: a log keyed by user and revision, scanned for the page or from the user's
 * first event on, parsed and folded.
 */
export const bareHistory = async (work: HistoryWork, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const root = openBare(folder, fastestSettings);
  const events = root.openDB<string, string>({ name: 'events', encoding: 'string' });
  for (let revision = 0; revision < work.changes; revision++) {
    await root.transaction(() => {
      for (let user = 0; user < work.users; user++) {
        const event = bareEvent(revision, userAt(user), typeOf(revision, work.types), revision);
        void events.put(keyOf(userAt(user), revision), JSON.stringify(event));
      }
    });
  }
  const page = (userId: string, revision: number): number => {
    const entries = events
      .getRange({ start: keyOf(userId, revision), end: `${userId}|`, reverse: true, limit: work.pageSize })
      .map(({ value }) => JSON.parse(value) as BareEvent);
    return Array.from(entries).length;
  };
  const asOf = (userId: string, revision: number): number => {
    const state = new Map<string, object>();
    for (const { value } of events.getRange({ start: keyOf(userId, 0), end: keyOf(userId, revision + 1) })) {
      const { data } = JSON.parse(value) as BareEvent;
      state.set(`${data.roomId ?? ''}|${data.type}`, data.content);
    }
    return state.size;
  };
  const read = historyReads(work, work.read === 'page' ? page : asOf);
  return { round: latencyRoundsOf(clock, (n) => read(userAt(n % work.users), n)), close: () => root.close() };
};
