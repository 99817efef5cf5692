import type * as t from 'io-ts';
import { roles } from '../auth/Role.js';
import { integer, list, oneOf, secret, section, setting, text } from './section.js';

const httpUrl = setting('an http:// or https:// URL', (value): value is string => {
  if (typeof value !== 'string') return false;
  try {
    return ['http:', 'https:'].includes(new URL(value).protocol);
  } catch {
    return false;
  }
});

const boolean = setting('true or false', (value): value is boolean => typeof value === 'boolean');

const sha256Hex = setting(
  'a SHA-256 digest of 64 hexadecimal digits',
  (value): value is string => typeof value === 'string' && /^[0-9a-fA-F]{64}$/.test(value),
);

const mapping = setting(
  'a mapping',
  (value): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** One static token. Exactly one of `token` and `token_sha256`. @category codecs */
export const TokenSection = section(
  'token',
  { token: secret, token_sha256: sha256Hex, role: oneOf(roles), user_id: text, name: text },
  ['role'],
);

const moduleSettings = mapping;

/**
 * The configuration file as it is written: `account-data.yaml`. Every part is optional.
 * The README documents each name; these names are fixed.
 *
 * @category codecs
 */
export const ConfigFile = section('configuration', {
  server: section('server', {
    host: text,
    port: integer(0, 65_535),
    public_url: httpUrl,
    /** Seconds that a request may take to arrive whole. */
    request_timeout: integer(1, 3_600),
    /** Seconds that a stop waits for requests in flight. */
    shutdown_timeout: integer(0, 3_600),
  }),
  server_name: text,
  store: section('store', {
    kind: oneOf(['embedded', 'eventstoredb']),
    path: text,
    connection_string: secret,
    /** Whether EventStoreDB may compress what it answers. */
    compression: boolean,
    prefix: text,
    /** Where erasures are kept outside of the data folder. */
    erasures_list: text,
  }),
  auth: section('auth', {
    tokens: list(TokenSection),
    jwt: section(
      'jwt',
      {
        jwks_url: httpUrl,
        issuer: text,
        audience: text,
        role_claim: text,
        user_id_claim: text,
        default_role: oneOf(roles),
      },
      ['jwks_url', 'issuer', 'audience'],
    ),
    homeserver: section('homeserver', { url: httpUrl, cache_seconds: integer(0, 86_400) }, ['url']),
    /** For clients of Matrix up to v1.10, which know nothing but `?access_token=`. */
    access_token_in_query: boolean,
  }),
  modules: list(moduleSettings),
  /** Where modules' messages go. Absent: into room streams of the log. */
  rooms: section('rooms', { homeserver: httpUrl, access_token: secret, application_service_token: secret }, ['homeserver']),
  limits: section('limits', {
    max_content_bytes: integer(2, 900_000),
    max_depth: integer(1, 1_000),
    max_keys_per_user: integer(1, 10_000_000),
    max_bytes_per_user: integer(2, 1_000_000_000_000),
    /** Per token; 0 is unlimited. */
    requests_per_second: integer(0, 10_000_000),
    request_burst: integer(1, 10_000_000),
    long_polls: integer(0, 1_000_000),
    long_polls_per_token: integer(0, 1_000_000),
    position_waits: integer(0, 1_000_000),
    position_waits_per_token: integer(0, 1_000_000),
    event_streams: integer(0, 1_000_000),
    event_streams_per_token: integer(0, 1_000_000),
    requests_in_flight: integer(1, 1_000_000),
    bodies_arriving: integer(1, 1_000_000),
    bodies_arriving_per_token: integer(1, 1_000_000),
    token_lookups: integer(1, 1_000_000),
    token_lookups_per_address: integer(1, 1_000_000),
    /** Seconds that a module may keep the process from anything else before it is ended; 0 is never. */
    module_stall: integer(0, 86_400),
  }),
  changes: section('changes', {
    /** An identical set and a deletion of what is absent append nothing. */
    suppress_unchanged: boolean,
  }),
  log: section('log', { level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']) }),
});

/** The configuration file as it is written, decoded. @category codecs */
export type ConfigFile = t.TypeOf<typeof ConfigFile>;
