import { streamNames } from '@account-data/domain';
import { systemRuntime } from '@account-data/runtime';
import { type Follow, followPostgres } from '@account-data/synapse-follow';
import type { OpenEngine } from './openEngine.js';

/** A follow, and how one waits for what it does. @category model */
export interface FollowedTables extends Follow {
  /** Told by the follow and the engine, not by time. */
  readonly until: (isSo: (follow: Follow) => boolean) => Promise<void>;
}

/** Follows Synapse's tables into the engine, as the server does. @category constructors */
export const followTables = ({ engine, store }: OpenEngine, database: string, slot: string): FollowedTables => {
  const follow = followPostgres({
    serverName: 'example.org',
    connectionString: database,
    slot,
    publication: 'account_data_engine',
    excludeTypes: [],
    log: engine,
    store,
    names: streamNames(),
    runtime: systemRuntime,
    logger: { log: (level, message) => (level === 'info' ? undefined : process.stderr.write(`${message}\n`)) },
  });
  const until: FollowedTables['until'] = (isSo) =>
    new Promise((resolve) => {
      const undo: Array<() => void> = [];
      const look = (): void => {
        if (!isSo(follow)) return;
        for (const step of undo) step();
        resolve();
      };
      undo.push(follow.onChange(look), engine.projection.onChange(look));
      look();
    });
  return { ...follow, until };
};
