import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import type { RunningProgram } from '../Program.js';

/** The double of an EventStoreDB, with what it sends encoded beforehand: its `url` is its connection string. */
export const eventStoreDbDouble = async (version: string): Promise<RunningProgram> => {
  const double = await startEventStoreDbDouble({ version, encodesBeforehand: true });
  return { url: double.connectionString, close: () => double.stop() };
};
