import { systemRuntime } from '@account-data/runtime';
import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import type { SynapseOptions } from './SynapseOptions.js';

/** Whoever knows it may register users; it protects nothing but a test's. */
export const registrationSecret = 'a secret of tests';

const unlimited = { per_second: 1e9, burst_count: 1_000_000_000 };

/** Nothing of this is about account data: a test's load is no attack. */
const withoutLimits = {
  rc_message: unlimited,
  rc_registration: unlimited,
  rc_login: { address: unlimited, account: unlimited, failed_attempts: unlimited },
  rc_admin_redaction: unlimited,
  rc_joins: { local: unlimited, remote: unlimited },
  rc_joins_per_room: unlimited,
  rc_invites: { per_room: unlimited, per_user: unlimited, per_issuer: unlimited },
};

const databaseOf = ({ database }: SynapseOptions, folder: string): object => {
  if (database === 'sqlite') return { name: 'sqlite3', args: { database: join(folder, 'homeserver.db') } };
  const url = new URL(database.postgres);
  return {
    name: 'psycopg2',
    args: {
      host: url.hostname,
      port: Number(url.port === '' ? 5432 : url.port),
      user: decodeURIComponent(url.username),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
      dbname: decodeURIComponent(url.pathname.slice(1)),
      cp_min: 1,
      cp_max: 10,
    },
  };
};

/** The configuration of a Synapse that serves clients on a free port of the loopback interface, and speaks to nobody else. */
export const synapseConfig = (options: SynapseOptions, folder: string, logConfig: string): object => ({
  server_name: options.serverName ?? 'example.org',
  listeners: [{ type: 'http', port: 0, bind_addresses: ['127.0.0.1'], resources: [{ names: ['client'] }] }],
  database: databaseOf(options, folder),
  modules: options.modules ?? [],
  log_config: logConfig,
  media_store_path: join(folder, 'media'),
  signing_key_path: join(folder, 'signing.key'),
  trusted_key_servers: [],
  federation_domain_whitelist: [],
  report_stats: false,
  registration_shared_secret: registrationSecret,
  macaroon_secret_key: registrationSecret,
  form_secret: registrationSecret,
  bcrypt_rounds: 4,
  ...withoutLimits,
  ...options.config,
});

/** A signing key as Synapse keeps it: no other server ever sees it. */
export const newSigningKey = (): string => {
  const bytes = Buffer.from(`${systemRuntime.random.uuid()}${systemRuntime.random.uuid()}`.replaceAll('-', ''), 'hex');
  return `ed25519 a_test ${bytes.toString('base64').replace(/=+$/, '')}\n`;
};

/** Warnings and the address, to standard error. */
export const logConfig = {
  version: 1,
  formatters: { line: { format: '%(levelname)s %(name)s: %(message)s' } },
  handlers: { console: { class: 'logging.StreamHandler', formatter: 'line' } },
  loggers: { 'synapse.app._base': { level: 'INFO' } },
  root: { level: 'WARNING', handlers: ['console'] },
  disable_existing_loggers: false,
};
