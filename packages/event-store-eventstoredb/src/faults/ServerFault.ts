import { Metadata, status } from '@grpc/grpc-js';

/**
 * What went wrong with a call, as far as it matters to whoever made it.
 *
 * - `Transient`: the node could not answer, or not in time, or is not the one to ask. A call that writes may have
 *   written, unless `sent` is false: then it never left this process.
 * - `AccessDenied`, `Tombstoned`, `WrongRevision`: what the server says for good.
 * - `Unexpected`: the server refuses the call as such. Asking again is of no use.
 *
 * @category model
 */
export type ServerFault =
  | { readonly _tag: 'Transient'; readonly sent: boolean; readonly reason: string }
  | { readonly _tag: 'AccessDenied'; readonly reason: string }
  | { readonly _tag: 'Tombstoned' }
  | { readonly _tag: 'WrongRevision' }
  | { readonly _tag: 'Unexpected'; readonly reason: string };

/** A call failed, and what went wrong is known already. @category errors */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly fault: ServerFault;

  constructor(fault: ServerFault) {
    super(describeFault(fault));
    this.fault = fault;
  }
}

/** What errors of gRPC and of the client package hold, where they hold it. */
interface CallError {
  readonly code: number | undefined;
  readonly details: string;
  /** EventStoreDB's own name of what went wrong, from the trailing metadata. */
  readonly exception: string | undefined;
}

const exceptionOf = (error: object): string | undefined =>
  'metadata' in error && error.metadata instanceof Metadata ? error.metadata.get('exception')[0]?.toString() : undefined;

/** Takes apart what a call failed with: an error of gRPC, one of the client's classes (which wrap one), or a plain Error. */
const readError = (error: unknown): CallError => {
  if (!(error instanceof Error)) return { code: undefined, details: 'unknown error', exception: undefined };
  const raw: unknown = '_raw' in error && error._raw instanceof Error ? error._raw : error;
  if (!(raw instanceof Error)) return { code: undefined, details: error.message, exception: undefined };
  return {
    code: 'code' in raw && typeof raw.code === 'number' ? raw.code : undefined,
    details: withoutEmptyNote('details' in raw && typeof raw.details === 'string' && raw.details !== '' ? raw.details : raw.message),
    exception: exceptionOf(raw) ?? ('type' in error && typeof error.type === 'string' ? error.type : undefined),
  };
};

/** gRPC ends what it says with a note on name resolution, also where there is nothing to note. */
const withoutEmptyNote = (details: string): string => details.replace(/\.?\s*Resolution note:\s*$/, '');

/** gRPC says so where it never had a connection to send the call on. */
const neverSent = /^(?:No connection established|Name resolution failed|Failed to discover)/;

const byException = (exception: string | undefined, reason: string): ServerFault | undefined => {
  switch (exception) {
    case 'access-denied':
      return { _tag: 'AccessDenied', reason };
    case 'stream-deleted':
      return { _tag: 'Tombstoned' };
    case 'wrong-expected-version':
      return { _tag: 'WrongRevision' };
    case 'not-leader':
      return { _tag: 'Transient', sent: true, reason: 'the node is not the leader of its cluster' };
    case undefined:
    default:
      return undefined;
  }
};

const byCode = ({ code, details }: CallError): ServerFault => {
  switch (code) {
    case status.PERMISSION_DENIED:
    case status.UNAUTHENTICATED:
      return { _tag: 'AccessDenied', reason: details };
    case status.INVALID_ARGUMENT:
    case status.UNIMPLEMENTED:
    case status.OUT_OF_RANGE:
      return { _tag: 'Unexpected', reason: details };
    case undefined:
      // A plain Error without a code: the client could not find a node.
      return { _tag: 'Transient', sent: !neverSent.test(details), reason: details };
    default:
      return { _tag: 'Transient', sent: !neverSent.test(details), reason: `${status[code] ?? code}: ${details}` };
  }
};

/** What an error of a call means, by the server's own word for it or, else, by its gRPC status. @category constructors */
export const serverFault = (error: unknown): ServerFault => {
  if (error instanceof CallFailed) return error.fault;
  const read = readError(error);
  return byException(read.exception, read.details) ?? byCode(read);
};

/** Whether a call ended with an error that the node could not put into words: with HTTP status 500. @category predicates */
export const isUnspeakable = (error: unknown): boolean => {
  const { code, details } = readError(error);
  return code === status.UNKNOWN && details.includes('HTTP status code 500');
};

/** One sentence about a fault, for logs, health and error messages. @category destructors */
export const describeFault = (fault: ServerFault): string => {
  switch (fault._tag) {
    case 'Transient':
    case 'AccessDenied':
    case 'Unexpected':
      return fault.reason;
    case 'Tombstoned':
      return 'the stream is tombstoned';
    case 'WrongRevision':
      return 'the stream is at another revision';
  }
};
