import { systemRuntime } from '@account-data/runtime';

/** A server, and what all streams of a run on it begin with. @category model */
export interface RealServer {
  readonly connectionString: string;
  readonly prefix: string;
}

const hex = (): string => systemRuntime.random.uuid().replaceAll('-', '');

/**
 * What the streams of a new run begin with. It may stand in a configuration as `store.prefix`.
 *
 * @category constructors
 */
export const runPrefix = (): string => `accountdata_test_${hex()}_`;

/** What one test's streams begin with, within its run. @category constructors */
export const testPrefix = (run: string): string => `${run}${hex().slice(0, 8)}_`;

/**
 * A connection string as the bare client takes it, which knows nothing of the names that KurrentDB has given it.
 *
 * @category destructors
 */
export const bareClientUrl = (connectionString: string): string => connectionString.replace(/^(?:kurrentdb|kdb)(?=\+discover:|:)/, 'esdb');

/** Where a real server is; undefined where none is named. @category destructors */
export const realServerUrl = (): string | undefined => {
  const url = process.env['EVENTSTOREDB_URL'];
  return url === undefined || url === '' ? undefined : bareClientUrl(url);
};

/**
 * The server of the suites that `pnpm test:eventstoredb` runs.
 *
 * @throws {Error} in any other run
 * @category destructors
 */
export const realServer = (): RealServer => {
  const connectionString = realServerUrl();
  const prefix = process.env['EVENTSTOREDB_TEST_PREFIX'];
  if (connectionString === undefined || prefix === undefined) throw new Error('Run by pnpm test:eventstoredb.');
  return { connectionString, prefix };
};

/**
 * Credentials for a single call, which make the client send an append on its unary path. Without TLS the client does not
 * send them; with TLS they are those of the connection string.
 *
 * @category destructors
 */
export const callCredentials = (connectionString: string): { readonly username: string; readonly password: string } => {
  const [, username = 'nobody', password = 'nothing'] = /^[a-z+]+:\/\/([^:@/]+):([^@/]+)@/.exec(connectionString) ?? [];
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
};
