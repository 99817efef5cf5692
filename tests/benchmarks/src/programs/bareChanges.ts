import { randomUUID } from 'node:crypto';
import { roundsOf } from '../inFlight.js';
import type { BareSettings, ChangesWork, ProgramContext, RunningProgram } from '../Program.js';
import { contentOf, typeOf, userOf } from '../workload.js';
import { openBare } from './openBare.js';

/**
 * The baseline of the changes: what a hand-written program must put to have the event and the state, in one
 * transaction, acknowledged when it is flushed. All changes in flight share a flush: lmdb batches the puts of a turn
 * and commits again as soon as a commit is done.
 */
export const bareChanges = async (
  work: ChangesWork,
  settings: BareSettings,
  { folder, clock }: ProgramContext,
): Promise<RunningProgram> => {
  const root = openBare(folder, settings);
  const events = root.openDB<string, number>({ name: 'events', encoding: 'string' });
  const states = root.openDB<string, string>({ name: 'states', encoding: 'string' });
  const change = async (n: number): Promise<void> => {
    const userId = userOf(n, work.users);
    const type = typeOf(n, work.types);
    const content = contentOf(n);
    const id = randomUUID();
    const created = clock.now();
    void events.put(
      n,
      JSON.stringify({
        id,
        type: 'AccountDataUpdated',
        stream: `account_data-${userId}`,
        revision: n,
        created,
        data: { userId, roomId: null, type, content },
        metadata: { schemaVersion: 1, actor: { kind: 'user', id: userId }, $correlationId: id, origin: 'api' },
      }),
    );
    const put = states.put(`${userId}|${type}`, JSON.stringify({ content, revision: n, position: n, created, id }));
    // Without overlapping sync a commit is flushed when it is visible; with it, only `flushed` tells.
    await (settings.overlappingSync ? root.flushed : put);
  };
  return { round: roundsOf(clock, work, change), close: () => root.close() };
};
