import { within } from '@account-data/runtime';
import { Appender } from './appends/Appender.js';
import type { AttemptOutcome } from './appends/AttemptOutcome.js';
import { Connection } from './connection/Connection.js';
import type { ConnectionSettings } from './connection/ConnectionString.js';
import { isSupported, type ServerVersion } from './connection/ServerVersion.js';
import { connectionSettings, type EventStoreDbOptions, serverName } from './EventStoreDbOptions.js';
import { describeFault, type ServerFault, serverFault } from './faults/ServerFault.js';
import { atNode } from './reads/atNode.js';
import { lastPositionBefore } from './reads/lastPosition.js';
import type { StoreContext } from './reads/retryRead.js';
import { impossibleRevision, probingAppend } from './streams/isTombstonedByAppend.js';
import { RecentEvents } from './subscriptions/RecentEvents.js';
import { defaultTimeouts, patience } from './Timeouts.js';
import { tombstoneRequest } from './wire/appendRequests.js';

/**
 * What a check found. `error`: the store can't do its work; `warning`: it can, and somebody should know; `info`: so it is.
 *
 * @category model
 */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code:
    | 'connected'
    | 'unreachable'
    | 'not_authenticated'
    | 'unsupported_version'
    | 'may_not_read_all'
    | 'may_not_append'
    | 'may_not_set_metadata'
    | 'may_not_delete'
    | 'check_failed'
    | 'credentials_without_tls'
    | 'certificate_not_verified'
    | 'ignored_option';
  /** What is wrong and what to do about it; no credentials. */
  readonly message: string;
}

const ofSettings = (settings: ConnectionSettings): ReadonlyArray<Finding> => [
  ...(!settings.tls && settings.credentials !== undefined
    ? [{ severity: 'warning', code: 'credentials_without_tls', message: 'The connection has credentials and no TLS: the client does not send them. Use tls=true, or leave them out.' } as const]
    : []),
  ...(settings.tls && !settings.tlsVerifyCert
    ? [{ severity: 'warning', code: 'certificate_not_verified', message: "The server's certificate is not verified (tlsVerifyCert=false). Give its CA with tlsCaFile instead." } as const]
    : []),
  ...settings.ignored.map(
    (option): Finding => ({ severity: 'warning', code: 'ignored_option', message: `The option ${option} of the connection string means nothing here.` }),
  ),
];

const ofVersion = (name: string, version: ServerVersion): ReadonlyArray<Finding> => [
  { severity: 'info', code: 'connected', message: `${name} answers; its version is ${version.text}.` },
  ...(isSupported(version)
    ? []
    : [{ severity: 'warning', code: 'unsupported_version', message: `Version ${version.text} is older than 22.10.4, the oldest that is supported.` } as const]),
];

/** What may come of something that was asked for: undefined where it is allowed. */
const ofFault = (fault: ServerFault | undefined, denied: Finding): ReadonlyArray<Finding> => {
  if (fault === undefined) return [];
  if (fault._tag === 'AccessDenied') return [denied];
  return [{ severity: 'error', code: 'check_failed', message: `${denied.code.replaceAll('_', ' ')}: could not be told: ${describeFault(fault)}.` }];
};

/** An append that expects what can't be is refused for that reason where it would be allowed. */
const ofAppend = (outcome: AttemptOutcome): ServerFault | undefined => {
  switch (outcome._tag) {
    case 'WrongRevision':
    case 'Appended':
    case 'Tombstoned':
      return undefined;
    case 'AccessDenied':
      return { _tag: 'AccessDenied', reason: outcome.reason };
    case 'TooLarge':
      return { _tag: 'Unexpected', reason: `an append of a few bytes is over its limit of ${outcome.limit}` };
    case 'NotWritten':
    case 'Unknown':
    case 'Refused':
      return { _tag: 'Transient', sent: true, reason: outcome.reason };
  }
};

const attempted = async (attempt: () => Promise<unknown>): Promise<ServerFault | undefined> => {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    const fault = serverFault(error);
    return fault._tag === 'WrongRevision' || fault._tag === 'Tombstoned' ? undefined : fault;
  }
};

const ofRights = async (context: StoreContext, stream: string): Promise<ReadonlyArray<Finding>> => {
  const { runtime, timeouts } = context;
  const { attempt } = timeouts;
  const readsAll = await attempted(() => atNode(context, attempt, (node) => lastPositionBefore(runtime, node, 'end', { silence: attempt })));
  const appends = ofAppend(await probingAppend(context, stream));
  const setsMetadata = ofAppend(await probingAppend(context, `$$${stream}`));
  const deletes = await attempted(() =>
    atNode(context, attempt, (node) => {
      const call = node.tombstone(tombstoneRequest(stream, impossibleRevision));
      return within(runtime, attempt, call.result, call.cancel);
    }),
  );
  const denied = (code: Finding['code'], message: string): Finding => ({ severity: 'error', code, message });
  return [
    ...ofFault(readsAll, denied('may_not_read_all', 'This account may not read $all, which projections and modules follow. Grant it `$r` in the access list of $all (the metadata stream $$$all).')),
    ...ofFault(appends, denied('may_not_append', `This account may not append to streams like ${stream}. Grant it \`$w\`.`)),
    ...ofFault(setsMetadata, denied('may_not_set_metadata', `This account may not set the metadata of streams like ${stream}. Grant it \`$mw\`: progress of modules is kept in a stream with $maxCount 1.`)),
    ...ofFault(deletes, { severity: 'warning', code: 'may_not_delete', message: `This account may not delete streams like ${stream}. Grant it \`$d\`: erasing a user tombstones streams.` }),
  ];
};

/**
 * Looks whether an EventStoreDB can be worked with: whether it answers, in which version, and whether the account may
 * read the whole log, append to our streams, set their metadata and tombstone them. It writes nothing: what it asks for
 * expects a revision that no stream has. Throws a `ConnectionStringError` as opening the store does.
 *
 * @category checks
 */
export const checkEventStoreDb = async (options: Omit<EventStoreDbOptions, 'logger'>): Promise<ReadonlyArray<Finding>> => {
  const { runtime } = options;
  const settings = connectionSettings(options);
  const connection = new Connection(settings, runtime);
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const appender = new Appender(runtime, connection, patience(timeouts));
  const name = serverName(settings);
  const context: StoreContext = { runtime, connection, appender, name, timeouts, recent: new RecentEvents() };
  try {
    const findings = ofSettings(settings);
    let version: ServerVersion;
    try {
      version = await atNode(context, timeouts.attempt, (node) => {
        const asked = node.serverVersion();
        return within(runtime, timeouts.attempt, asked.result, asked.cancel);
      });
    } catch (error) {
      const fault = serverFault(error);
      const finding: Finding =
        fault._tag === 'AccessDenied'
          ? { severity: 'error', code: 'not_authenticated', message: `${name} does not know this user with this password.` }
          : { severity: 'error', code: 'unreachable', message: `${name} can't be reached: ${describeFault(fault)}.` };
      return [...findings, finding];
    }
    const stream = `${options.prefix ?? ''}account_data-check`;
    return [...findings, ...ofVersion(name, version), ...(await ofRights(context, stream))];
  } finally {
    appender.close();
    await connection.close();
  }
};
