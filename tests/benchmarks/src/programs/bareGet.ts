import type { RootDatabase } from 'lmdb';
import { systemRuntime } from '@account-data/runtime';
import { syncRoundsOf } from '../inFlight.js';
import type { BareEncoding, ProgramContext, RunningProgram } from '../Program.js';
import { contentOf, typeOf, userAt, userOf } from '../workload.js';
import { nextTurn } from './nextTurn.js';
import { fastestSettings } from './fastestSettings.js';
import { openBare } from './openBare.js';

/** As a hand-written table has it: what a reader wants to know of a key besides its content. */
interface State {
  readonly content: object;
  readonly revision: string;
  readonly position: string;
  readonly time: number;
  readonly eventId: string;
}

/** Puts and gets states by key in one of the encodings. */
const statesIn = (root: RootDatabase, encoding: BareEncoding) => {
  if (encoding === 'string') {
    const texts = root.openDB<string, string>({ name: 'states', encoding });
    return {
      put: (key: string, state: State): void => void texts.put(key, JSON.stringify(state)),
      get: (key: string): unknown => {
        const text = texts.get(key);
        return text === undefined ? undefined : (JSON.parse(text) as unknown);
      },
    };
  }
  const states = root.openDB<State, string>({
    name: 'states',
    ...(encoding === 'structures'
      ? { encoding: 'msgpack', sharedStructuresKey: Symbol.for('structures') }
      : { encoding }),
  });
  return {
    put: (key: string, state: State): void => void states.put(key, state),
    get: (key: string): unknown => states.get(key),
  };
};

/** The baseline of reads: a bare get that decodes. */
export const bareGet = async (
  users: number,
  encoding: BareEncoding,
  { folder, clock }: ProgramContext,
): Promise<RunningProgram> => {
  const root = openBare(folder, fastestSettings);
  const states = statesIn(root, encoding);
  await root.transaction(() => {
    for (let index = 0; index < users; index++) {
      states.put(`${userAt(index)}|${typeOf(index, 1)}`, {
        content: contentOf(index),
        revision: '0',
        position: String(index),
        time: clock.now(),
        eventId: systemRuntime.random.uuid(),
      });
    }
  });
  const read = (n: number): void => {
    const userId = userOf(n, users);
    if (states.get(`${userId}|${typeOf(n, 1)}`) === undefined) throw new Error(`There is nothing of ${userId}.`);
  };
  return { round: syncRoundsOf(clock, nextTurn, read), close: () => root.close() };
};
