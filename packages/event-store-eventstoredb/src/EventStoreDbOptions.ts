import type { Runtime } from '@account-data/runtime';
import { type ConnectionSettings, parseConnectionString, type UserCredentials } from './connection/ConnectionString.js';
import type { Timeouts } from './Timeouts.js';

/** Where the store writes its log: stream names, positions and durations, never contents or credentials. @category model */
export interface StoreLogger {
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** How the server is reached, and as whom. @category model */
export interface EventStoreDbOptions {
  /** `esdb://…` or `esdb+discover://…` as EventStoreDB documents it. What stands below takes the place of what it says. */
  readonly connectionString: string;
  /** What all stream names of ours start with: readers without prefixes of their own see only these. */
  readonly prefix?: string;
  readonly credentials?: UserCredentials;
  /** PEM files. */
  readonly tlsCaFile?: string;
  readonly userCertFile?: string;
  readonly userKeyFile?: string;
  /**
   * Whether the server may compress what it answers, which servers from 25.1 on do for those that accept it: for links
   * that are slow and not for free. It costs several times the processor time of everything else here. Default false.
   */
  readonly compression?: boolean;
  readonly runtime: Runtime;
  readonly logger?: StoreLogger;
  readonly timeouts?: Partial<Timeouts>;
}

/**
 * The settings of the connection string, with those in place that are given beside it. Throws a ConnectionStringError.
 *
 * @category constructors
 */
export const connectionSettings = (options: Omit<EventStoreDbOptions, 'runtime'>): ConnectionSettings => {
  const { credentials, tlsCaFile, userCertFile, userKeyFile, compression } = options;
  const given = { credentials, tlsCaFile, userCertFile, userKeyFile, compression };
  return { ...parseConnectionString(options.connectionString), ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
};

/** The server as messages name it: hosts and ports, nothing else of the connection string. @category destructors */
export const serverName = ({ hosts }: ConnectionSettings): string =>
  `EventStoreDB at ${hosts.map(({ address, port }) => `${address}:${port}`).join(', ')}`;
