import { type StreamNames, streamNames } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';
import { testPrefix } from '@account-data/tests-eventstoredb-server';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';

/** A log of its own for one suite. Servers with different data folders may share it, where its kind allows that. */
export interface SuiteLog {
  /** `store` in the configuration of a server on this log. */
  readonly store: Readonly<Record<string, unknown>>;
  readonly names: StreamNames;
  /** Opens it beside its server, to look into it; `data` is the server's data folder. */
  readonly open: (data: string) => Promise<EventStore>;
}

/** A kind of log that the suites run on. */
export interface LogKind {
  /** As in “the main job, on …”. */
  readonly name: string;
  /** Whether several servers may be on one log, of which one owns the delivery to modules for the time of a lease. */
  readonly isShared: boolean;
  readonly make: () => SuiteLog;
}

const openBeside = async (data: string): Promise<EventStore> => {
  const opened = await openLmdbEventStore({ path: join(data, 'log'), runtime: systemRuntime, mode: 'read' })();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  return opened.right;
};

/** The embedded store, which a server makes in its data folder. */
export const embeddedLog: LogKind = {
  name: 'the embedded store',
  isShared: false,
  make: () => ({ store: { kind: 'embedded' }, names: streamNames(), open: openBeside }),
};

/** An EventStoreDB, under a prefix for each suite. `server` is asked when a suite runs. */
export const eventStoreDbLog = (
  name: string,
  server: () => { readonly connectionString: string; readonly prefix: string },
): LogKind => ({
  name,
  isShared: true,
  make: () => {
    const { connectionString, prefix: run } = server();
    const prefix = testPrefix(run);
    return {
      store: { kind: 'eventstoredb', connection_string: connectionString, prefix },
      names: streamNames(prefix),
      open: () => Promise.resolve(openEventStoreDbEventStore({ connectionString, prefix, runtime: systemRuntime })),
    };
  },
});
