/** A node's address as a connection string names it. @category model */
export interface NodeAddress {
  readonly address: string;
  readonly port: number;
}

/** An account of the server. Sent over TLS only. @category model */
export interface UserCredentials {
  readonly username: string;
  readonly password: string;
}

/** Which node of a cluster to connect to. Writes always go to the leader. @category model */
export type NodePreference = 'leader' | 'follower' | 'read_only_replica' | 'random';

/** What a connection string says. Durations in milliseconds, but for `gossipTimeout`, which is in seconds as the client has it. @category model */
export interface ConnectionSettings {
  /** `+discover`: the one host is a name whose members are found by gossip. */
  readonly discover: boolean;
  readonly hosts: ReadonlyArray<NodeAddress>;
  readonly credentials?: UserCredentials;
  readonly tls: boolean;
  readonly tlsVerifyCert: boolean;
  readonly tlsCaFile?: string;
  readonly userCertFile?: string;
  readonly userKeyFile?: string;
  /** Whether answers may be compressed; no option of connection strings. Absent is false. */
  readonly compression?: boolean;
  readonly connectionName?: string;
  readonly nodePreference: NodePreference;
  readonly keepAliveInterval?: number;
  readonly keepAliveTimeout?: number;
  readonly maxDiscoverAttempts?: number;
  readonly discoveryInterval?: number;
  readonly gossipTimeout?: number;
  /** Options that are documented for some client and mean nothing here, or that nobody knows: to be named in a warning. */
  readonly ignored: ReadonlyArray<string>;
}

/**
 * The connection string can't be understood. The message says where and what was expected, and never repeats any of
 * the string, which may hold a password.
 *
 * @category errors
 */
export class ConnectionStringError extends Error {
  readonly _tag = 'ConnectionStringError';
  readonly code = 'invalid_connection_string';
  override readonly name = 'ConnectionStringError';
}

const schemes: ReadonlyMap<string, boolean> = new Map([
  ['esdb', false],
  ['esdb+discover', true],
  ['kurrentdb', false],
  ['kurrentdb+discover', true],
  ['kurrent', false],
  ['kurrent+discover', true],
  ['kdb', false],
  ['kdb+discover', true],
]);

const defaultPort = 2113;

const fail = (message: string): never => {
  throw new ConnectionStringError(`The EventStoreDB connection string is not valid: ${message}`);
};

const decode = (text: string, what: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return fail(`the ${what} is not percent-encoded as it should be.`);
  }
};

const parseCredentials = (text: string): UserCredentials => {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) fail('before "@" there must be username:password.');
  return { username: decode(text.slice(0, colon), 'username'), password: decode(text.slice(colon + 1), 'password') };
};

const parseHost = (text: string, index: number): NodeAddress => {
  const which = `host ${index + 1}`;
  const bracketed = /^(\[[0-9A-Fa-f:.]+\])(?::(.*))?$/.exec(text);
  const [address, port] = bracketed === null ? text.split(':', 2) : [bracketed[1], bracketed[2]];
  if (address === undefined || !/^(?:\[[0-9A-Fa-f:.]+\]|[^\s:[\]$+!?*'(){}|"%~#<>=&@]+)$/.test(address)) fail(`${which} is missing or is no host name.`);
  if (bracketed === null && text.split(':').length > 2) fail(`${which} holds more than one ":" (write an IPv6 address in brackets).`);
  if (port === undefined) return { address: address as string, port: defaultPort };
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) fail(`the port of ${which} is not a number from 1 to 65535.`);
  return { address: address as string, port: number };
};

const flat = (name: string): string => name.trim().toLowerCase().replaceAll(/[_-]/g, '');

const preferences: ReadonlyMap<string, NodePreference> = new Map([
  ['leader', 'leader'],
  ['follower', 'follower'],
  ['readonlyreplica', 'read_only_replica'],
  ['random', 'random'],
]);

type Mutable<A> = { -readonly [K in keyof A]?: A[K] };
type Options = Omit<ConnectionSettings, 'discover' | 'hosts' | 'credentials' | 'ignored'>;

const readBoolean = (name: string, value: string): boolean => {
  if (value !== 'true' && value !== 'false') fail(`the option ${name} must be true or false.`);
  return value === 'true';
};

const readInteger = (name: string, value: string): number => {
  if (!/^-?\d{1,12}$/.test(value)) fail(`the option ${name} must be a whole number.`);
  return Number(value);
};

const textOptions = { tlscafile: 'tlsCaFile', usercertfile: 'userCertFile', userkeyfile: 'userKeyFile', connectionname: 'connectionName' } as const;
const numberOptions = {
  keepaliveinterval: 'keepAliveInterval',
  keepalivetimeout: 'keepAliveTimeout',
  maxdiscoverattempts: 'maxDiscoverAttempts',
  discoveryinterval: 'discoveryInterval',
  gossiptimeout: 'gossipTimeout',
} as const;
const flagOptions = { tls: 'tls', tlsverifycert: 'tlsVerifyCert' } as const;

const has = <T extends object>(table: T, key: string): key is Extract<keyof T, string> => Object.hasOwn(table, key);

/** Takes one option in; false where it means nothing here. */
const readOption = (options: Mutable<Options>, name: string, value: string): boolean => {
  const key = flat(name);
  if (has(textOptions, key)) options[textOptions[key]] = decode(value, `option ${textOptions[key]}`);
  else if (has(numberOptions, key)) options[numberOptions[key]] = readInteger(numberOptions[key], value);
  else if (has(flagOptions, key)) options[flagOptions[key]] = readBoolean(flagOptions[key], value);
  else if (key === 'nodepreference') {
    const preference = preferences.get(flat(value));
    if (preference === undefined) fail('the option nodePreference must be leader, follower, readOnlyReplica or random.');
    else options.nodePreference = preference;
  } else return false;
  return true;
};

const readOptions = (query: string): { readonly options: Mutable<Options>; readonly ignored: ReadonlyArray<string> } => {
  const options: Mutable<Options> = {};
  const ignored: Array<string> = [];
  if (query === '') return { options, ignored };
  for (const [index, pair] of query.split('&').entries()) {
    const equals = pair.indexOf('=');
    if (equals < 1 || equals === pair.length - 1) fail(`option ${index + 1} after "?" is not of the form key=value.`);
    const name = pair.slice(0, equals);
    if (!readOption(options, name, pair.slice(equals + 1).trim())) ignored.push(/^[A-Za-z0-9_-]{1,40}$/.test(name) ? name : `option ${index + 1}`);
  }
  if ((options.userCertFile === undefined) !== (options.userKeyFile === undefined)) {
    fail('the options userCertFile and userKeyFile need each other.');
  }
  return { options, ignored };
};

/**
 * Reads a connection string as EventStoreDB documents it (https://docs.kurrent.io/clients/grpc/getting-started.html):
 * `esdb://[user:password@]host[:port][,host[:port]…][?option=value[&…]]`, or `esdb+discover://…`; the names of KurrentDB
 * (`kurrentdb://`, `kdb://`) mean the same. Throws a {@link ConnectionStringError}.
 *
 * The client's own reader is not used: what it says of a mistake repeats the string with its password, on the console too.
 *
 * @category constructors
 */
export const parseConnectionString = (text: string): ConnectionSettings => {
  const trimmed = text.trim();
  const scheme = /^([A-Za-z]+(?:\+[A-Za-z]+)?):\/\//.exec(trimmed);
  const discover = schemes.get(scheme?.[1]?.toLowerCase() ?? '');
  if (scheme === null || discover === undefined) {
    return fail('it must begin with esdb://, esdb+discover://, kurrentdb:// or kurrentdb+discover://.');
  }
  const rest = trimmed.slice(scheme[0].length);
  const question = rest.indexOf('?');
  const authority = (question < 0 ? rest : rest.slice(0, question)).replace(/\/+$/, '');
  const at = authority.lastIndexOf('@');
  const hosts = authority.slice(at + 1).split(',').map((host, index) => parseHost(host.trim(), index));
  const { options, ignored } = readOptions(question < 0 ? '' : rest.slice(question + 1).replace(/\/+$/, ''));
  return {
    ...options,
    tls: options.tls ?? true,
    tlsVerifyCert: options.tlsVerifyCert ?? true,
    nodePreference: options.nodePreference ?? 'leader',
    discover,
    hosts,
    ...(at < 0 ? {} : { credentials: parseCredentials(authority.slice(0, at)) }),
    ignored,
  };
};
