import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** An error as a node ends a call with it. */
export const callError = (code: status, details: string, trailers: Readonly<Record<string, string>> = {}): ServiceError => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

export const accessDenied = (): ServiceError => callError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

/**
 * An error whose trailers name its stream. A node can't write a name there that is not plain ASCII: the call then ends
 * with HTTP status 500 and says nothing of what went wrong.
 */
const aboutStream = (stream: string, error: () => ServiceError): ServiceError =>
  /[^\x20-\x7e]/.test(stream) ? callError(status.UNKNOWN, 'Received HTTP status code 500') : error();

export const streamDeleted = (stream: string): ServiceError =>
  aboutStream(stream, () =>
    callError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, { exception: 'stream-deleted', 'stream-name': stream }),
  );

export const wrongExpectedVersion = (operation: string, stream: string, expected: string, actual: bigint): ServiceError =>
  aboutStream(stream, () =>
    callError(
      status.FAILED_PRECONDITION,
      `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
      { exception: 'wrong-expected-version', 'stream-name': stream, 'expected-version': expected, 'actual-version': actual.toString() },
    ),
  );

export const notLeader = (leader: { readonly host: string; readonly port: number } | undefined): ServiceError =>
  leader === undefined
    ? callError(status.UNKNOWN, 'No leader info available in response')
    : callError(status.NOT_FOUND, 'Leader info available', {
        exception: 'not-leader',
        'leader-endpoint-host': leader.host,
        'leader-endpoint-port': String(leader.port),
      });

export const serverNotReady = (): ServiceError => callError(status.UNAVAILABLE, 'Server Is Not Ready');

export const timedOut = (message: string): ServiceError => callError(status.ABORTED, `Operation timed out: ${message}`);

export const maximumAppendEventSize = (id: string, size: number, limit: number): ServiceError =>
  callError(status.INVALID_ARGUMENT, `Event with Id: ${id}, Size: ${size}, exceeds Maximum Append Event Size of ${limit}.`, {
    exception: 'maximum-append-event-size-exceeded',
    'maximum-append-event-size': String(limit),
    'event-id': id,
    'proposed-append-event-size': String(size),
  });

export const maximumAppendSize = (limit: number): ServiceError =>
  callError(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });
