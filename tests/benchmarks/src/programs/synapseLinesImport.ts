import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openSynapsePostgres, synapseExport } from '@account-data/synapse-import';
import type { ProgramContext, RunningProgram } from '../Program.js';
import { openEngine } from './openEngine.js';

const userIn = (line: string): string => (JSON.parse(line) as { readonly user_id: string }).user_id;

/** Those of a user together, in the order in which they were. */
const byUser = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [header = '', ...rest] = lines;
  const users = new Map<string, Array<string>>();
  for (const line of rest.slice(0, -1)) users.set(userIn(line), [...(users.get(userIn(line)) ?? []), line]);
  return [header, ...[...users.values()].flat(), ...rest.slice(-1)];
};

/** Imports the rows of a Synapse, written to a file before, into a new log: in their order, or those of a user together. */
export const synapseLinesImport = async (database: string, rows: number, order: 'written' | 'by-user', { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const file = join(folder, 'lines.ndjson');
  const synapse = await openSynapsePostgres(database);
  const lines: Array<string> = [];
  for await (const line of synapseExport(synapse, 'example.org')) lines.push(line);
  await synapse.close();
  await writeFile(file, `${(order === 'written' ? lines : byUser(lines)).join('\n')}\n`);
  let round = 0;
  return {
    round: async () => {
      round += 1;
      const { engine, close } = await openEngine(join(folder, String(round)));
      const start = clock.monotonic();
      const { imported } = await engine.importLog(createInterface({ input: createReadStream(file), crlfDelay: Infinity }));
      const elapsed = clock.monotonic() - start;
      await close();
      if (imported !== rows) throw new Error(`${String(imported)} lines were imported.`);
      return { operations: rows, value: (rows / elapsed) * 1_000 };
    },
    close: () => Promise.resolve(),
  };
};
