import type { HomeserverIdentity } from '@account-data/rooms';
import type { Role } from '../auth/Role.js';

/** The file that keeps erasures outside of the data folder; `required` where it was set. @category model */
export interface ErasureListConfig {
  readonly path: string;
  readonly required: boolean;
}

/** A log in the data folder. @category model */
export interface EmbeddedStoreConfig {
  readonly kind: 'embedded';
  /** The data folder: the log in `log`, the projection in `projection`, tokens in `tokens.json`. Absolute. */
  readonly path: string;
  /** Goes before every stream name. */
  readonly prefix: string;
  readonly erasures: ErasureListConfig;
}

/** A log on EventStoreDB, with a data folder for the rest. @category model */
export interface EventStoreDbStoreConfig {
  readonly kind: 'eventstoredb';
  readonly connectionString: string;
  /** Whether the server may compress what it answers. */
  readonly compression: boolean;
  /** The data folder: this server's projection and tokens. Absolute. */
  readonly path: string;
  readonly prefix: string;
  readonly erasures: ErasureListConfig;
}

/** A token as the server keeps it: its digest only. @category model */
export interface StaticToken {
  /** Lower-case hexadecimal SHA-256 of the token. */
  readonly sha256: string;
  readonly role: Role;
  /** Whom the token speaks for. Always there for role `user`. */
  readonly userId?: string;
  /** Who acts, in the log's metadata, where there is no user. */
  readonly name?: string;
}

/** Which JSON Web Tokens are taken, and what their claims mean. @category model */
export interface JwtConfig {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** A claim that holds the role, or a list with one of the roles in it. Default `role`. */
  readonly roleClaim: string;
  /** A claim that holds the user ID. Default `sub`. */
  readonly userIdClaim: string;
  /** The role of a token that names none; without it such a token is refused. */
  readonly defaultRole?: Role;
}

/** The homeserver that is asked whose a token is. @category model */
export interface HomeserverAuthConfig {
  readonly url: string;
  /** How long an answer of the homeserver is believed, in milliseconds. */
  readonly cacheTime: number;
}

/** The homeserver that modules' messages go to. @category model */
export interface RoomsConfig {
  readonly homeserver: string;
  readonly identity: HomeserverIdentity;
}

/** The Synapse whose account data and tags this log follows. @category model */
export interface SynapseFollowConfig {
  /** Its users are followed: their data is changed there. */
  readonly serverName: string;
  /** Connection string of its database on PostgreSQL. Either it or `sqlite` is there. */
  readonly postgres?: string;
  /** The file of its database on SQLite, which is polled. */
  readonly sqlite?: string;
  readonly slot: string;
  readonly publication: string;
  /** Where it is given, it is followed by looking every so many milliseconds, and not by replication. */
  readonly pollInterval?: number;
  /** Types of account data that are left out. */
  readonly excludeTypes: ReadonlyArray<string>;
  /** Absent: commands for its users are refused. */
  readonly commands?: HomeserverCommandsConfig;
}

/** The homeserver that makes the changes of followed users that are asked for here. @category model */
export interface HomeserverCommandsConfig {
  readonly homeserver: string;
  /** The `as_token` of an application service whose namespace has the users. */
  readonly token: string;
}

/** What one content, user, token or server may take up. @category model */
export interface ServerLimits {
  readonly maxContentBytes: number;
  readonly maxDepth: number;
  readonly maxKeysPerUser: number;
  readonly maxBytesPerUser: number;
  /** Per token; 0 is unlimited. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly longPolls: number;
  readonly longPollsPerToken: number;
  readonly positionWaits: number;
  readonly positionWaitsPerToken: number;
  readonly eventStreams: number;
  readonly eventStreamsPerToken: number;
  readonly requestsInFlight: number;
  readonly bodiesArriving: number;
  readonly bodiesArrivingPerToken: number;
  /** Questions to key sets and homeservers about tokens that are not known yet. */
  readonly tokenLookups: number;
  readonly tokenLookupsPerAddress: number;
  /** Milliseconds that a module may keep the process from anything else before it is ended; 0 is never. */
  readonly moduleStall: number;
}

/** The least grave lines that are logged, by pino's names. @category model */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** How it is kept who looked at the data of others. @category model */
export interface AccessLogConfig {
  readonly enabled: boolean;
  /** Whether auditors and admins have to say why they look. */
  readonly requireReason: boolean;
  /** For how many days entries are kept, and up to a month longer; 0 is for good. */
  readonly keepDays: number;
}

/** Where people sign in for the audit page, by the authorization code flow with PKCE. @category model */
export interface SignInConfig {
  /** As it names itself, to the letter. */
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: ReadonlyArray<string>;
  readonly resource?: string;
}

/** The whole configuration with its defaults filled in. Times in milliseconds. @category model */
export interface ServerConfig {
  /** The file it was read from; absent where there is none. */
  readonly file?: string;
  /** Where relative module paths begin: the file's folder, or the working folder. */
  readonly folder: string;
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl?: string;
    /** How many processes serve. */
    readonly processes: number;
    readonly requestTimeout: number;
    readonly shutdownTimeout: number;
  };
  /** Only this server's users are local, where it is set. */
  readonly serverName?: string;
  readonly store: EmbeddedStoreConfig | EventStoreDbStoreConfig;
  readonly auth: {
    readonly tokens: ReadonlyArray<StaticToken>;
    readonly jwt?: JwtConfig;
    readonly homeserver?: HomeserverAuthConfig;
    /** Whether Matrix's endpoints take `?access_token=`, too. */
    readonly tokenInQuery: boolean;
  };
  /** As written; the module loader decodes them. */
  readonly modules: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** Absent: modules' messages go into room streams of the log. */
  readonly rooms?: RoomsConfig;
  /** Absent: nobody is followed. */
  readonly follow?: SynapseFollowConfig;
  readonly accessLog: AccessLogConfig;
  readonly auditPage: { readonly signIn?: SignInConfig };
  readonly limits: ServerLimits;
  readonly suppressUnchanged: boolean;
  readonly logLevel: LogLevel;
}

/** One thing wrong with the configuration. `path` is as in the file, `auth.tokens[0].role`. Holds no values. @category errors */
export interface ConfigFault {
  readonly path: string;
  readonly message: string;
  /** Of the setting in the file, or of the nearest one around it that is written there. Counted from 1. */
  readonly line?: number;
}

/** The configuration can't be used. @category errors */
export interface ConfigInvalid {
  readonly _tag: 'ConfigInvalid';
  readonly code: 'config_invalid';
  /** The file, or `environment`. */
  readonly source: string;
  readonly faults: ReadonlyArray<ConfigFault>;
}

/** {@link ConfigInvalid} as lines for a person. @category destructors */
export const describeConfigInvalid = (error: ConfigInvalid): string =>
  [
    `The configuration can't be used (${error.source}):`,
    ...error.faults.map(({ path, message, line }) =>
      path === '' ? `  ${message}` : `  ${path}${line === undefined ? '' : ` (line ${String(line)})`}: ${message}`,
    ),
  ].join('\n');
