/** Whom the same work is given to. @category model */
export type PeerName = 'account-data' | 'sqlite' | 'sqlite-grouped' | 'sqlite-plain' | 'postgresql' | 'postgresql-plain' | 'emmett' | 'castore';

/** What each of them does. @category model */
export interface PeerWork {
  /** Changes, 64 in flight, over so many users. */
  readonly changes: number;
  readonly users: number;
  /** How many types the changes of one user go round. */
  readonly types: number;
  /** Changes of one more user, of whom history and earlier states are asked. */
  readonly history: number;
  /** How long each of the other measurements takes. */
  readonly seconds: number;
}

/**
 * A change as each of them stores it: who made it, when and why, with its ids. What was there before is within reach.
 *
 * @category model
 */
export interface PeerChange {
  readonly userId: string;
  readonly type: string;
  readonly content: { readonly [key: string]: unknown };
  readonly reason: string;
}

/** One of them, opened on an empty folder. Methods that it has no way to offer are absent. @category model */
export interface RunningPeer {
  /** Resolved when it is durable and a read shows it. */
  readonly put: (change: PeerChange) => Promise<unknown>;
  /** The current content. */
  readonly get: (userId: string, type: string) => unknown;
  /** The newest changes of one key, each with what was there before: how many. */
  readonly history?: (userId: string, type: string, limit: number) => Promise<number>;
  /** All that a user had at a revision of the user's changes: how many keys. */
  readonly asOf?: (userId: string, revision: number) => Promise<number>;
  /** Builds the current state anew from the log: of how many changes. */
  readonly rebuild?: () => Promise<number>;
  /** What it takes on the disk, settled. */
  readonly bytes: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** What was measured; what could not be is absent. @category model */
export interface PeerResult {
  readonly name: PeerName;
  readonly writes64: number;
  readonly writes1: number;
  readonly reads: number;
  readonly historyMs?: number;
  readonly asOfMs?: number;
  readonly rebuild?: number;
  readonly bytesEach: number;
  /** Of the process that asks, in megabytes; a server of its own is not in it. */
  readonly memory?: number;
}

/** What is said of each. @category constants */
export const peerNotes: { readonly [N in PeerName]: { readonly stores: string; readonly durable: string } } = {
  'account-data': { stores: 'log and projection, as the package opens them', durable: 'LMDB, fdatasync of each group of changes' },
  sqlite: { stores: 'table with a change log, written by a trigger', durable: 'journal_mode=WAL, synchronous=FULL; a transaction for each change' },
  'sqlite-grouped': { stores: 'the same', durable: 'the same; changes of one turn of the event loop share a transaction' },
  'sqlite-plain': { stores: 'the current content alone: no history, actor, time or ids', durable: 'journal_mode=WAL, synchronous=FULL; a transaction for each change' },
  postgresql: { stores: 'table with a change log, written by a trigger', durable: 'fsync=on, synchronous_commit=on, 64 connections' },
  'postgresql-plain': { stores: 'the current content alone: no history, actor, time or ids', durable: 'fsync=on, synchronous_commit=on, 64 connections' },
  emmett: { stores: '@event-driven-io/emmett-postgresql 0.42: a stream for each user, the current content of each key by an inline projection (pongo)', durable: 'the same server and settings, 64 connections' },
  castore: { stores: '@castore/core 2.4 with its adapter for PostgreSQL: an aggregate for each user, folded at each read; no read model', durable: 'the same server and settings, its own 10 connections' },
};
