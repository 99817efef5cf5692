import type { Runtime } from '@account-data/runtime';
import { type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { FaultControl } from './faults/Faults.js';
import type { DoubleLog } from './log/DoubleLog.js';
import type { LogView } from './log/LogView.js';
import { accessDenied, callError, notLeader, serverNotReady } from './protocol/errors.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export type NodeState = 'leader' | 'follower' | 'unknown';

/** A node as gossip shows it. */
export interface Member {
  readonly id: string;
  readonly address: Address;
  readonly state: NodeState;
  readonly isAlive: boolean;
}

export type Action = 'read' | 'write' | 'delete';

export interface Permission {
  /** Undefined where nobody said who they are. */
  readonly user: string | undefined;
  readonly action: Action;
  /** `$all` for the whole log. */
  readonly stream: string;
}

/** What goes on at a node. */
export interface Traffic {
  /** Calls that are open now. */
  reads: number;
  appends: number;
  /** How many BatchAppend calls there have been. */
  appendCalls: number;
  /** How many events subscriptions were sent. */
  eventsSent: number;
  /** What the calls of each method said that they accept, as `grpc-accept-encoding`. */
  readonly acceptedEncodings: Record<string, Set<string>>;
}

/** What the services of one node work with. */
export interface NodeContext {
  readonly runtime: Runtime;
  /** Where it writes. */
  readonly log: DoubleLog;
  /** What it reads. */
  readonly view: LogView;
  readonly faults: FaultControl;
  /** `22.10.5`, `23.10.3`, `24.10.0` …: what it says of itself, and whose ways it has. */
  readonly version: string;
  /** Whether what is read of the whole log was encoded when it was written, and is sent in large blocks. */
  readonly encodesBeforehand: boolean;
  /** In bytes, as a node counts them: of all events of an append, and of one event. */
  readonly maxAppendSize: number;
  readonly maxAppendEventSize: number;
  /** User names and passwords; undefined where it asks for none. */
  readonly users: Readonly<Record<string, string>> | undefined;
  readonly isAllowed: (permission: Permission) => boolean;
  readonly state: () => NodeState;
  readonly leader: () => Address | undefined;
  readonly members: () => ReadonlyArray<Member>;
  readonly traffic: Traffic;
  /** Breaks every connection to the node. */
  readonly cut: () => void;
}

const numberOf = (version: string): number => {
  const [major = '0', minor = '0'] = version.split('.');
  return Number(major) * 100 + Number(minor);
};

/** Since 22.6 events read from their stream carry their position in the whole log. */
export const tellsPositions = ({ version }: NodeContext): boolean => numberOf(version) >= 2206;

/** Since 23.10 a subscription is told when it has caught up. */
export const tellsCaughtUp = ({ version }: NodeContext): boolean => numberOf(version) >= 2310;

/** Since 24.2 a subscription begins after exactly the position it gives, and falls back to reading when it is slow. */
export const hasExactCheckpoints = ({ version }: NodeContext): boolean => numberOf(version) >= 2402;

const mebibyte = 1024 * 1024;

/** What it takes unless it is told otherwise: since 25.1 an append may be as large as a chunk, and an event as a record. */
export const defaultLimits = (version: string): { readonly maxAppendSize: number; readonly maxAppendEventSize: number } => ({
  maxAppendSize: (numberOf(version) >= 2501 ? 256 : 1) * mebibyte,
  maxAppendEventSize: 16 * mebibyte,
});

/** Since 25.1 it compresses its answers for clients that accept that. */
export const compresses = ({ version }: NodeContext): boolean => numberOf(version) >= 2501;

const basicUser = (header: string, users: Readonly<Record<string, string>>): string | undefined => {
  const [name = '', ...password] = Buffer.from(header.replace(/^Basic /, ''), 'base64').toString('utf8').split(':');
  return users[name] !== undefined && users[name] === password.join(':') ? name : undefined;
};

const userOf = ({ users }: NodeContext, metadata: Metadata): string | undefined => {
  const [header] = metadata.get('authorization');
  return users === undefined || header === undefined ? undefined : basicUser(String(header), users);
};

/** The error any call is refused with that names a user with a wrong password. */
export const authenticationError = (node: NodeContext, metadata: Metadata): ServiceError | undefined =>
  node.users !== undefined && metadata.get('authorization').length > 0 && userOf(node, metadata) === undefined
    ? callError(status.UNAUTHENTICATED, 'Unauthenticated')
    : undefined;

/** The error a call is refused with: unknown user, or one who may not do this. */
export const refusal = (node: NodeContext, metadata: Metadata, action: Action, stream: string): ServiceError | undefined =>
  authenticationError(node, metadata) ?? (node.isAllowed({ user: userOf(node, metadata), action, stream }) ? undefined : accessDenied());

/** The error a call is refused with that needs the leader. */
export const leaderRefusal = (node: NodeContext, metadata: Metadata): ServiceError | undefined => {
  if (node.state() === 'unknown') return serverNotReady();
  if (metadata.get('requires-leader')[0] !== 'true' || node.state() === 'leader') return undefined;
  return notLeader(node.leader());
};
