import { depthCeiling } from '@account-data/domain';
import { maxBatchBytes } from '@account-data/event-store';
import type * as t from 'io-ts';
import { roles } from '../auth/Role.js';
import { duration, integer, list, oneOf, secret, section, setting, text } from './section.js';
import type { ServerLimits } from './ServerConfig.js';

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

const databaseName = setting(
  'a name of lower-case letters, digits and "_", up to 63',
  (value): value is string => typeof value === 'string' && /^[a-z_][a-z0-9_]{0,62}$/.test(value),
);

const mapping = setting(
  'a mapping',
  (value): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
);

const count = integer(1, 1_000_000);

const countOrNone = integer(0, 1_000_000);

/** An append holds a content with its metadata. */
const longestContent = (maxBatchBytes * 9) / 10;

/** One static token. Exactly one of `token` and `token_sha256`. @category codecs */
export const TokenSection = section('token', { role: oneOf(roles) }, { token: secret, tokenSha256: sha256Hex, userId: text, name: text });

/** What one content, user, token or server may take up. */
const LimitsSection: t.Type<Partial<ServerLimits>, unknown, unknown> = section(
  'limits',
  {},
  {
    maxContentBytes: integer(2, longestContent),
    maxDepth: integer(1, depthCeiling),
    maxKeysPerUser: integer(1, 10_000_000),
    maxBytesPerUser: integer(2, 1_000_000_000_000),
    /** Per token; 0 is unlimited. */
    requestsPerSecond: integer(0, 10_000_000),
    requestBurst: integer(1, 10_000_000),
    longPolls: countOrNone,
    longPollsPerToken: countOrNone,
    positionWaits: countOrNone,
    positionWaitsPerToken: countOrNone,
    eventStreams: countOrNone,
    eventStreamsPerToken: countOrNone,
    requestsInFlight: count,
    bodiesArriving: count,
    bodiesArrivingPerToken: count,
    tokenLookups: count,
    tokenLookupsPerAddress: count,
    /** How long a module may keep the process from anything else before it is ended; 0 is never. */
    moduleStall: duration(0, 86_400_000),
  } satisfies { readonly [K in keyof ServerLimits]: t.Mixed },
);

/**
 * The configuration file: `account-data.yaml`. Every part is optional. In the file a name is written with underscores,
 * `publicUrl` as `public_url`, but for the exceptions that stand after a section; times are written `30s` there. The README
 * documents each name; these names are fixed.
 *
 * @category codecs
 */
export const ConfigFile = section(
  'configuration',
  {},
  {
    server: section(
      'server',
      {},
      {
        host: text,
        port: integer(0, 65_535),
        publicUrl: httpUrl,
        /** How long a request may take to arrive whole. */
        requestTimeout: duration(1_000, 3_600_000),
        /** How long a stop waits for requests in flight. */
        shutdownTimeout: duration(0, 3_600_000),
      },
    ),
    serverName: text,
    store: section(
      'store',
      {},
      {
        kind: oneOf(['embedded', 'eventstoredb']),
        path: text,
        connectionString: secret,
        /** Whether EventStoreDB may compress what it answers. */
        compression: boolean,
        prefix: text,
        /** Where erasures are kept outside of the data folder. */
        erasuresList: text,
      },
    ),
    auth: section(
      'auth',
      {},
      {
        tokens: list(TokenSection),
        jwt: section(
          'jwt',
          { jwksUrl: httpUrl, issuer: text, audience: text },
          { roleClaim: text, userIdClaim: text, defaultRole: oneOf(roles) },
        ),
        homeserver: section(
          'homeserver',
          { url: httpUrl },
          {
            cacheTime: duration(0, 86_400_000),
            /** What cacheTime was called. */
            cacheSeconds: duration(0, 86_400_000),
          },
        ),
        /** For clients of Matrix up to v1.10, which know nothing but `?access_token=`. */
        tokenInQuery: boolean,
      },
      { tokenInQuery: 'access_token_in_query' },
    ),
    modules: list(mapping),
    /** Where modules' messages go. Absent: into room streams of the log. */
    rooms: section('rooms', { homeserver: httpUrl }, { accessToken: secret, applicationServiceToken: secret }),
    /** The homeserver whose account data this log follows. */
    follow: section(
      'follow',
      {},
      {
        synapse: section(
          'synapse',
          {},
          {
            postgres: secret,
            /** Its file, where it is on SQLite. */
            sqlite: text,
            /** Default: the setting server_name. */
            serverName: text,
            slot: databaseName,
            publication: databaseName,
            excludeTypes: list(text),
            /** Looks every so often instead of replicating: for an account that may not. */
            pollInterval: duration(1_000, 86_400_000),
            /** Where commands for followed users are sent to, and as which application service. */
            homeserver: httpUrl,
            applicationServiceToken: secret,
          },
        ),
      },
    ),
    limits: LimitsSection,
    changes: section(
      'changes',
      {},
      {
        /** An identical set and a deletion of what is absent append nothing. */
        suppressUnchanged: boolean,
      },
    ),
    log: section('log', {}, { level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']) }),
  },
);

/** The configuration file, decoded: times in milliseconds, defaults not filled in. @category codecs */
export type ConfigFile = t.TypeOf<typeof ConfigFile>;
