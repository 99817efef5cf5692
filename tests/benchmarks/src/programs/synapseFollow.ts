import pg from 'pg';
import type { ProgramContext, RunningProgram } from '../Program.js';
import { followTables } from './followTables.js';
import { openEngine } from './openEngine.js';

const users = 1_000;

/** Follows tables while PostgreSQL itself writes to them, as fast as it can. A round is until all rows are in the log and read. */
export const synapseFollow = async (database: string, rows: number, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const open = await openEngine(folder);
  const follow = followTables(open, database, 'follow_rate');
  await follow.until(({ health }) => health().phase === 'following');
  const writer = new pg.Client({ connectionString: database });
  await writer.connect();
  let next = 0;
  return {
    round: async () => {
      const start = clock.monotonic();
      const until = next + rows;
      await Promise.all([
        writer.query(`CALL write_rows(${String(next)}, ${String(rows)}, ${String(users)})`),
        follow.until(({ health }) => health().appended >= until),
      ]);
      next = until;
      return { operations: rows, value: (rows / (clock.monotonic() - start)) * 1_000 };
    },
    close: async () => {
      await writer.end();
      await follow.close();
      await open.close();
    },
  };
};
