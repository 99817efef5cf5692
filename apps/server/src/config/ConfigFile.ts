import { depthCeiling, isServerName } from '@account-data/domain';
import { maxBatchBytes } from '@account-data/event-store';
import type * as t from 'io-ts';
import { roles } from '../auth/Role.js';
import { about, duration, integer, list, oneOf, secret, section, setting, text } from './section.js';
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

const serverName = setting('a server name, as example.org', (value): value is string => typeof value === 'string' && isServerName(value));

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
export const TokenSection = section(
  'token',
  { role: about('What it may do', oneOf(roles)) },
  {
    token: about('The token itself; or its digest', secret),
    tokenSha256: about('The SHA-256 of the token, so that the file does not hold it', sha256Hex),
    userId: about('Whom it speaks for; for the role user, which must have it', text),
    name: about('Who acts, in the history, where there is no user', text),
  },
);

/** What one content, user, token or server may take up. */
const LimitsSection: t.Type<Partial<ServerLimits>, unknown, unknown> = section(
  'limits',
  {},
  {
    maxContentBytes: about('Bytes of one content, as JSON', integer(2, longestContent)),
    maxDepth: about('How deep a content may be nested', integer(1, depthCeiling)),
    maxKeysPerUser: about('Keys (room and type) that a user may have', integer(1, 10_000_000)),
    maxBytesPerUser: about('Bytes of all contents of a user, as JSON. Deletions, what shrinks and imports are never refused', integer(2, 1_000_000_000_000)),
    requestsPerSecond: about('Requests of one token in a second; 0 is unlimited', integer(0, 10_000_000)),
    requestBurst: about('Requests of one token at once, before that', integer(1, 10_000_000)),
    longPolls: about('Syncs that wait', countOrNone),
    longPollsPerToken: about('Of one token', countOrNone),
    positionWaits: about('Requests with Account-Data-Wait-For that wait', countOrNone),
    positionWaitsPerToken: about('Of one token', countOrNone),
    eventStreams: about('Feeds that are open', countOrNone),
    eventStreamsPerToken: about('Of one token', countOrNone),
    requestsInFlight: about('Requests at once; beyond it: 503 with Retry-After', count),
    bodiesArriving: about('Bodies that are on their way; beyond it: 503 with Retry-After', count),
    bodiesArrivingPerToken: about('Of one token; beyond it: 429 with Retry-After', count),
    tokenLookups: about('Tokens that a key set or a homeserver is being asked about', count),
    tokenLookupsPerAddress: about('For one address; behind a proxy, for the proxy', count),
    moduleStall: about('How long a callback may keep the process from anything else before it is ended, to be restarted by whatever supervises it; 0 is never', duration(0, 86_400_000)),
  } satisfies { readonly [K in keyof ServerLimits]: t.Mixed },
);

/**
 * The configuration file: `account-data.yaml`. Every part is optional. In the file a name is written with underscores,
 * `publicUrl` as `public_url`, but for the exceptions that stand after a section; times are written `30s` there. These names are
 * fixed; docs/configuration.md is made of this (`npm run docs`).
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
        host: about('Where it listens', text),
        port: about('0 is any free one', integer(0, 65_535)),
        publicUrl: about('What announcements name instead of host and port', httpUrl),
        processes: about('How many processes serve, with an embedded log: docs/guides/scaling.md', integer(1, 64)),
        requestTimeout: about('How long a request may take to arrive whole', duration(1_000, 3_600_000)),
        shutdownTimeout: about('How long a stop waits for requests in flight', duration(0, 3_600_000)),
      },
    ),
    serverName: about('Then only users of this server are local, and others are refused', serverName),
    store: section(
      'store',
      {},
      {
        kind: about('Where the log is', oneOf(['embedded', 'eventstoredb'])),
        path: about('The data folder; paths begin at the folder of the configuration', text),
        connectionString: about('Of EventStoreDB or KurrentDB: `esdb://…`', secret),
        compression: about('Whether EventStoreDB may compress what it answers: for slow links, at a cost', boolean),
        prefix: about('Goes before the name of each stream', text),
        erasuresList: about('The file that keeps who was erased, outside of the data folder. Default: the name of the folder with `.erasures`', text),
      },
    ),
    auth: section(
      'auth',
      {},
      {
        tokens: about('Tokens that are named here, with their roles', list(TokenSection)),
        jwt: section(
          'jwt',
          { jwksUrl: about('Where the keys are', httpUrl), issuer: about('Who must have issued a token', text), audience: about('Whom it must be for', text) },
          {
            roleClaim: about('The claim that says the role', text),
            userIdClaim: about('The claim that says the user ID', text),
            defaultRole: about('The role of a token that says none; absent: it is refused', oneOf(roles)),
          },
        ),
        homeserver: section(
          'homeserver',
          { url: about('The homeserver that is asked whose a token is', httpUrl) },
          {
            cacheTime: about('How long its answer holds; 0s asks each time', duration(0, 86_400_000)),
            cacheSeconds: about('What cache_time was called', duration(0, 86_400_000)),
          },
        ),
        tokenInQuery: about('Whether Matrix endpoints take `?access_token=`, as clients of Matrix up to v1.10 send it; proxies log queries', boolean),
      },
      { tokenInQuery: 'access_token_in_query' },
    ),
    modules: about('Each with `module`, `config` and settings of its delivery: packages/modules', list(mapping)),
    rooms: about(
      'Where messages of modules go. Absent: into room streams of the log',
      section(
        'rooms',
        { homeserver: about('The homeserver that they are sent to', httpUrl) },
        { accessToken: about('As whom; or as an application service', secret), applicationServiceToken: about('As which application service', secret) },
      ),
    ),
    /** The homeserver whose account data this log follows. */
    follow: section(
      'follow',
      {},
      {
        synapse: section(
          'synapse',
          {},
          {
            postgres: about('The URL of its database', secret),
            sqlite: about('Its file, where it is on SQLite; looked at every `poll_interval`', text),
            serverName: about('Default: the setting server_name', serverName),
            slot: about('The replication slot', databaseName),
            publication: about('The publication', databaseName),
            excludeTypes: about('Types that are not followed', list(text)),
            pollInterval: about('Looks every so often instead of replicating, and sees what rows hold then', duration(1_000, 86_400_000)),
            homeserver: about('Makes the changes of its users that are asked for here. Absent: they are refused', httpUrl),
            applicationServiceToken: about('As which application service; not with `poll_interval`', secret),
          },
        ),
      },
    ),
    accessLog: about(
      'Who looked at the data of others',
      section(
        'access_log',
        {},
        {
          enabled: about('Whether it is kept. Default: true', boolean),
          requireReason: about('Whether auditors and admins have to say why they look. Default: false', boolean),
          keepDays: about('For how many days, and up to a month longer; 0 is for good. Default: 365', integer(0, 36_500)),
        },
      ),
    ),
    auditPage: section(
      'audit_page',
      {},
      {
        signIn: about(
          'Signing in at an issuer of OpenID Connect; absent: by a token that is pasted',
          section(
            'sign_in',
            { clientId: about('What the page is called there: a public client', text) },
            {
              issuer: about('Its address, where its discovery document is. Default: auth.jwt.issuer', httpUrl),
              scopes: about('What is asked for; with `offline_access` a token that runs out is renewed. Default: openid', list(text)),
              resource: about('For whom the token is to be (RFC 8707), where the issuer wants to be told', text),
            },
          ),
        ),
      },
    ),
    limits: LimitsSection,
    changes: section(
      'changes',
      {},
      {
        suppressUnchanged: about('Whether what changes nothing appends nothing, and calls no module', boolean),
      },
    ),
    log: section('log', {}, { level: about('debug logs each answer', oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])) }),
  },
);

/** The configuration file, decoded: times in milliseconds, defaults not filled in. @category codecs */
export type ConfigFile = t.TypeOf<typeof ConfigFile>;
