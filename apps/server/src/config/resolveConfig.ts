import { defaultLimits, isUserId, snakeCase } from '@account-data/domain';
import { sha256Hex } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { resolve } from 'node:path';
import { expandHome, namesHomeOfOther, pathFrom } from './homePath.js';
import type { ConfigFile } from './ConfigFile.js';
import type { ConfigFault, RoomsConfig, ServerConfig, ServerLimits, SignInConfig, StaticToken, SynapseFollowConfig } from './ServerConfig.js';

/** Where a configuration comes from besides its file. @category model */
export interface ConfigSurroundings {
  readonly file?: string;
  /** The folder of the file, or the working folder. */
  readonly folder: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What holds where nothing is configured. @category model */
export const defaultServerLimits: ServerLimits = {
  maxContentBytes: defaultLimits.maxContentBytes,
  maxDepth: defaultLimits.maxDepth,
  maxKeysPerUser: defaultLimits.maxKeysPerUser,
  maxBytesPerUser: defaultLimits.maxBytesPerUser,
  requestsPerSecond: 0,
  requestBurst: 100,
  longPolls: 20_000,
  longPollsPerToken: 20,
  positionWaits: 20_000,
  positionWaitsPerToken: 1_000,
  eventStreams: 10_000,
  eventStreamsPerToken: 100,
  requestsInFlight: 10_000,
  bodiesArriving: 2_000,
  bodiesArrivingPerToken: 500,
  tokenLookups: 1_000,
  tokenLookupsPerAddress: 100,
  moduleStall: 120_000,
};

/**
 * Fills in defaults and lets the environment override: `ACCOUNT_DATA_PORT`, `ACCOUNT_DATA_DIR`,
 * `ACCOUNT_DATA_ERASURES_LIST`, `EVENTSTOREDB_URL`.
 * In paths, `~/` is the home folder. Paths in the file begin at the file's folder, those in the environment and the default at the working folder.
 */
export const resolveConfig = (
  written: ConfigFile,
  surroundings: ConfigSurroundings,
): E.Either<ReadonlyArray<ConfigFault>, ServerConfig> => {
  const faults: Array<ConfigFault> = [];
  const { env, cwd, folder, file } = surroundings;
  const port = portOf(env['ACCOUNT_DATA_PORT'], faults) ?? written.server?.port ?? 8090;
  const store = resolveStore(written, surroundings, faults);
  const tokens = (written.auth?.tokens ?? []).flatMap((token, index) =>
    resolveToken(token, `auth.tokens[${String(index)}]`, written.serverName, faults),
  );
  refuseRepeated(written.auth?.tokens ?? [], faults);
  const jwt = written.auth?.jwt;
  const homeserver = written.auth?.homeserver;
  const rooms = resolveRooms(written, faults);
  const follow = resolveFollow(written, faults);
  const signIn = resolveSignIn(written, faults);
  const processes = written.server?.processes ?? 1;
  if (processes > 1 && store?.kind === 'eventstoredb') {
    faults.push({ path: 'server.processes', message: 'goes with kind: embedded. On EventStoreDB start several servers, each with a data folder of its own' });
  }
  const config: ServerConfig = {
    ...(file === undefined ? {} : { file }),
    folder,
    server: {
      host: written.server?.host ?? '127.0.0.1',
      port,
      ...(written.server?.publicUrl === undefined ? {} : { publicUrl: withoutTrailingSlash(written.server.publicUrl) }),
      processes,
      requestTimeout: written.server?.requestTimeout ?? 30_000,
      shutdownTimeout: written.server?.shutdownTimeout ?? 30_000,
    },
    ...(written.serverName === undefined ? {} : { serverName: written.serverName }),
    store: store ?? { kind: 'embedded', path: resolve(cwd, 'data'), prefix: '', erasures: erasureListOf(resolve(cwd, 'data')) },
    auth: {
      tokens,
      tokenInQuery: written.auth?.tokenInQuery ?? false,
      ...(jwt === undefined ? {} : { jwt: { roleClaim: 'role', userIdClaim: 'sub', ...jwt } }),
      ...(homeserver === undefined ? {} : { homeserver: { url: withoutTrailingSlash(homeserver.url), cacheTime: homeserver.cacheTime ?? homeserver.cacheSeconds ?? 300_000 } }),
    },
    modules: (written.modules ?? []).map((module) =>
      typeof module['module'] === 'string' ? { ...module, module: expandHome(module['module'], env) } : module,
    ),
    ...(rooms === undefined ? {} : { rooms }),
    ...(follow === undefined ? {} : { follow }),
    accessLog: { enabled: true, requireReason: false, keepDays: 365, ...written.accessLog },
    auditPage: signIn === undefined ? {} : { signIn },
    limits: {
      ...defaultServerLimits,
      requestBurst: Math.max(defaultServerLimits.requestBurst, written.limits?.requestsPerSecond ?? 0),
      ...written.limits,
    },
    suppressUnchanged: written.changes?.suppressUnchanged ?? false,
    logLevel: written.log?.level ?? 'info',
  };
  return faults.length > 0 ? E.left(faults) : E.right(config);
};

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

const withoutTrailingSlash = (url: string): string => url.replace(/\/+$/, '');

const portOf = (value: string | undefined, faults: Array<ConfigFault>): number | undefined => {
  const port = given(value);
  if (port === undefined) return undefined;
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port);
  faults.push({ path: 'ACCOUNT_DATA_PORT', message: 'must be an integer from 0 to 65535 (environment variable)' });
  return undefined;
};

/** Beside the data folder, so that what puts that folder back leaves the list as it is. */
const erasureListOf = (path: string): ServerConfig['store']['erasures'] => ({ path: `${path}.erasures`, required: false });

const resolveStore = (
  written: ConfigFile,
  { env, cwd, folder }: ConfigSurroundings,
  faults: Array<ConfigFault>,
): ServerConfig['store'] | undefined => {
  const store = written.store ?? {};
  const directory = given(env['ACCOUNT_DATA_DIR']);
  const path =
    directory !== undefined
      ? pathFrom(cwd, directory, env)
      : store.path !== undefined
        ? pathFrom(folder, store.path, env)
        : resolve(cwd, 'data');
  const listed = given(env['ACCOUNT_DATA_ERASURES_LIST']);
  for (const [setting, given] of [
    ['ACCOUNT_DATA_DIR', directory],
    ['ACCOUNT_DATA_ERASURES_LIST', listed],
    ['store.path', store.path],
    ['store.erasures_list', store.erasuresList],
  ] as const) {
    if (given !== undefined && namesHomeOfOther(given)) {
      faults.push({ path: setting, message: 'begins with "~": only "~/" is known, the own home folder. Write the path out, or "./~" for a folder of that name' });
    }
  }
  const prefix = store.prefix ?? '';
  const list = listed === undefined ? store.erasuresList : pathFrom(cwd, listed, env);
  const erasures = list === undefined ? erasureListOf(path) : { path: pathFrom(folder, list, env), required: true };
  if (prefix.startsWith('$')) {
    faults.push({ path: 'store.prefix', message: 'must not begin with "$": such streams belong to EventStoreDB' });
  }
  const url = given(env['EVENTSTOREDB_URL']);
  const kind = url === undefined ? (store.kind ?? 'embedded') : 'eventstoredb';
  if (kind === 'embedded') {
    for (const setting of ['connectionString', 'compression'] as const) {
      if (store[setting] === undefined) continue;
      faults.push({ path: `store.${snakeCase(setting)}`, message: 'goes with kind: eventstoredb. Set the kind or remove it' });
    }
    return { kind, path, prefix, erasures };
  }
  const connectionString = url ?? store.connectionString;
  if (connectionString === undefined) {
    faults.push({
      path: 'store.connection_string',
      message: 'is required with kind: eventstoredb, for instance "esdb://127.0.0.1:2113?tls=false"',
    });
    return undefined;
  }
  return { kind, connectionString, compression: store.compression ?? false, path, prefix, erasures };
};

/** What slot and publication are called where nothing is said. @category constants */
export const defaultFollowName = 'account_data_engine';

/** How often a file of SQLite is looked at, in milliseconds. @category constants */
export const defaultPollInterval = 60_000;

const resolveFollow = ({ follow, serverName: own }: ConfigFile, faults: Array<ConfigFault>): SynapseFollowConfig | undefined => {
  const synapse = follow?.synapse;
  if (synapse === undefined) return undefined;
  const serverName = synapse.serverName ?? own;
  if (serverName === undefined) {
    faults.push({ path: 'follow.synapse.server_name', message: "is required where server_name is not set: the homeserver's server_name" });
    return undefined;
  }
  if ((synapse.postgres === undefined) === (synapse.sqlite === undefined)) {
    faults.push({ path: 'follow.synapse', message: 'needs the address of its database, either postgres or sqlite' });
    return undefined;
  }
  const { homeserver, applicationServiceToken: token, ...written } = synapse;
  const followed = written.sqlite === undefined ? written : { pollInterval: defaultPollInterval, ...written };
  const config = { slot: defaultFollowName, publication: defaultFollowName, excludeTypes: [], ...followed, serverName };
  if (homeserver === undefined && token === undefined) return config;
  if (homeserver === undefined || token === undefined) {
    const missing = homeserver === undefined ? 'homeserver' : 'application_service_token';
    faults.push({ path: `follow.synapse.${missing}`, message: 'is required, too: commands are sent to an address, as an application service' });
    return undefined;
  }
  if (followed.pollInterval !== undefined) {
    faults.push({ path: 'follow.synapse.homeserver', message: 'needs replication: by polling (poll_interval, sqlite) it can not be told which change was asked for here' });
    return undefined;
  }
  return { ...config, commands: { homeserver: withoutTrailingSlash(homeserver), token } };
};

const resolveSignIn = ({ auditPage, auth }: ConfigFile, faults: Array<ConfigFault>): SignInConfig | undefined => {
  const signIn = auditPage?.signIn;
  if (signIn === undefined) return undefined;
  if (auth?.jwt === undefined && auth?.homeserver === undefined) {
    faults.push({ path: 'audit_page.sign_in', message: 'needs auth.jwt or auth.homeserver: without them no token of an issuer is known here' });
    return undefined;
  }
  const issuer = signIn.issuer ?? auth.jwt?.issuer;
  if (issuer === undefined || !isSafeIssuer(issuer)) {
    faults.push({ path: 'audit_page.sign_in.issuer', message: 'must be an https:// URL (http:// on 127.0.0.1 or localhost only); default: auth.jwt.issuer' });
    return undefined;
  }
  return { scopes: ['openid'], ...signIn, issuer };
};

/** A token that comes by http could be read on its way. */
const isSafeIssuer = (issuer: string): boolean => {
  if (!URL.canParse(issuer)) return false;
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
};

const resolveRooms = ({ rooms }: ConfigFile, faults: Array<ConfigFault>): RoomsConfig | undefined => {
  if (rooms === undefined) return undefined;
  const homeserver = withoutTrailingSlash(rooms.homeserver);
  const { accessToken, applicationServiceToken: serviceToken } = rooms;
  if (accessToken !== undefined && serviceToken === undefined) {
    return { homeserver, identity: { _tag: 'AccessToken', token: accessToken } };
  }
  if (serviceToken !== undefined && accessToken === undefined) {
    return { homeserver, identity: { _tag: 'ApplicationService', token: serviceToken } };
  }
  faults.push({ path: 'rooms', message: 'must have exactly one of access_token and application_service_token' });
  return undefined;
};

type WrittenToken = NonNullable<NonNullable<ConfigFile['auth']>['tokens']>[number];

const resolveToken = (
  token: WrittenToken,
  path: string,
  serverName: string | undefined,
  faults: Array<ConfigFault>,
): ReadonlyArray<StaticToken> => {
  const before = faults.length;
  if ((token.token === undefined) === (token.tokenSha256 === undefined)) {
    faults.push({ path, message: 'must have exactly one of token and token_sha256' });
  }
  if (token.role === 'user' && token.userId === undefined) {
    faults.push({ path: `${path}.user_id`, message: 'is required with role: user' });
  }
  if (token.userId !== undefined && !isUserId(token.userId)) {
    faults.push({ path: `${path}.user_id`, message: 'must be a Matrix user ID, "@localpart:server.name" (in quotes)' });
  } else if (token.userId !== undefined && serverName !== undefined && !token.userId.endsWith(`:${serverName}`)) {
    faults.push({ path: `${path}.user_id`, message: `must be a user of server_name, "@localpart:${serverName}"` });
  }
  if (faults.length > before) return [];
  return [
    {
      sha256: digestOfToken(token) ?? '',
      role: token.role,
      ...(token.userId === undefined ? {} : { userId: token.userId }),
      ...(token.name === undefined ? {} : { name: token.name }),
    },
  ];
};

const digestOfToken = ({ token, tokenSha256: digest }: WrittenToken): string | undefined =>
  digest?.toLowerCase() ?? (token === undefined ? undefined : sha256Hex(token));

/** One token stands for one user and role: of two, the file's reader could not tell which holds. */
const refuseRepeated = (tokens: ReadonlyArray<WrittenToken>, faults: Array<ConfigFault>): void => {
  const seen = new Map<string, number>();
  tokens.forEach((token, index) => {
    const digest = digestOfToken(token);
    if (digest === undefined) return;
    const first = seen.get(digest);
    if (first === undefined) seen.set(digest, index);
    else faults.push({ path: `auth.tokens[${String(index)}]`, message: `is the same token as auth.tokens[${String(first)}]. Give each its own` });
  });
};
