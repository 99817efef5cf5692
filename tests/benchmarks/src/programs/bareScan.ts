import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';
import { typeOf, userOf } from '../workload.js';
import { bareEvent, type BareEvent } from './bareEvent.js';
import { fastestSettings } from './fastestSettings.js';
import { openBare } from './openBare.js';

const seedBatch = 10_000;

/**
 * The baseline of a rebuild: scans a log of JSON texts, parses them and folds them into a Map in memory. A round is
 * the whole log, however many seconds it takes; the value is events a second.
 */
export const bareScan = async (work: LogWork, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const root = openBare(folder, fastestSettings);
  const events = root.openDB<string, number>({ name: 'events', encoding: 'string' });
  for (let first = 0; first < work.events; first += seedBatch) {
    await root.transaction(() => {
      for (let n = first; n < Math.min(first + seedBatch, work.events); n++) {
        const round = Math.floor(n / work.users);
        void events.put(n, JSON.stringify(bareEvent(n, userOf(n, work.users), typeOf(round, work.types), round)));
      }
    });
  }
  return {
    round: () => {
      const start = clock.monotonic();
      const states = new Map<string, { readonly content: object; readonly revision: number; readonly position: number }>();
      for (const { key, value } of events.getRange()) {
        const { data, revision } = JSON.parse(value) as BareEvent;
        states.set(`${data.userId}|${data.roomId ?? ''}|${data.type}`, {
          content: data.content,
          revision,
          position: key,
        });
      }
      if (states.size !== Math.min(work.events, work.users * work.types)) {
        return Promise.reject(new Error(`The scan found ${states.size} states.`));
      }
      const elapsed = clock.monotonic() - start;
      return Promise.resolve({ operations: work.events, value: (work.events / elapsed) * 1000 });
    },
    close: () => root.close(),
  };
};
