import type pg from 'pg';

/** What all tables of a database take with their indexes, vacuumed; without those of the server itself. */
export const bytesOfDatabase = async (pool: pg.Pool): Promise<number> => {
  await pool.query('VACUUM');
  const { rows } = await pool.query<{ readonly bytes: string }>("SELECT SUM(pg_total_relation_size(relid)) AS bytes FROM pg_stat_user_tables");
  return Number(rows[0]?.bytes);
};
