import { defaultPolicy, type ConfiguredModule } from '@account-data/modules';
import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';
import { openEngine } from './openEngine.js';

/**
 * Deliveries to two modules that do nothing. A round is a new group of modules that begins at the first event of the
 * log, from opening the engine until every change is delivered and the progress is written; the value is deliveries
 * (changes times modules) a second.
 */
export const engineDeliveries = async (work: LogWork, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  let round = 0;
  return {
    round: async () => {
      let delivered = 0;
      let tellAllDelivered: () => void;
      const allDelivered = new Promise<void>((resolve) => {
        tellAllDelivered = resolve;
      });
      const moduleNamed = (name: string): ConfiguredModule => ({
        name,
        setUp: (api) => {
          api.registerAccountDataCallbacks({
            onAccountDataUpdated: async () => {
              delivered++;
              if (delivered === work.events * 2) tellAllDelivered();
            },
          });
        },
        policy: { ...defaultPolicy, from: { _tag: 'Start' } },
      });
      const start = clock.monotonic();
      const { close } = await openEngine(folder, {
        group: `round-${round++}`,
        configured: [moduleNamed('first'), moduleNamed('second')],
      });
      await allDelivered;
      await close();
      const elapsed = clock.monotonic() - start;
      return { operations: work.events * 2, value: ((work.events * 2) / elapsed) * 1000 };
    },
    close: () => Promise.resolve(),
  };
};
