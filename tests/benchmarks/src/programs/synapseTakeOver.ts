import { join } from 'node:path';
import pg from 'pg';
import type { ProgramContext, RunningProgram } from '../Program.js';
import { followTables } from './followTables.js';
import { openEngine } from './openEngine.js';

/** Takes over all rows into a new log. A round is from the begin of the follow until it goes on with changes. */
export const synapseTakeOver = (database: string, rows: number, { folder, clock }: ProgramContext): RunningProgram => {
  let round = 0;
  return {
    round: async () => {
      round += 1;
      const slot = `take_over_${String(round)}`;
      const open = await openEngine(join(folder, slot));
      const start = clock.monotonic();
      const follow = followTables(open, database, slot);
      await follow.until(({ health }) => health().phase === 'following');
      const elapsed = clock.monotonic() - start;
      const { appended } = follow.health();
      await follow.close();
      await open.close();
      if (appended !== rows) throw new Error(`${String(appended)} rows were taken over.`);
      const client = new pg.Client({ connectionString: database });
      await client.connect();
      await client.query('SELECT pg_drop_replication_slot($1)', [slot]).finally(() => client.end());
      return { operations: rows, value: (rows / elapsed) * 1_000 };
    },
    close: () => Promise.resolve(),
  };
};
