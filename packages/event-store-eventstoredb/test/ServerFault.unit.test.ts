import { CancelledError, DeadlineExceededError, NotLeaderError, StreamDeletedError, UnavailableError } from '@eventstore/db-client';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { describeFault, isUnspeakable, serverFault } from '../src/faults/ServerFault.js';

const grpc = (code: status, details: string, trailers: Readonly<Record<string, string>> = {}): ServiceError => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(`${code} ${details}`), { code, details, metadata });
};

const leader = { exception: 'not-leader', 'leader-endpoint-host': 'h', 'leader-endpoint-port': '1' };

describe('what went wrong with a call', () => {
  const faults: ReadonlyArray<readonly [string, unknown, object]> = [
    ['a plain Error with code 14', Object.assign(new Error('gone'), { code: 14 }), { _tag: 'Transient', sent: true }],
    ['unavailable, of gRPC', grpc(status.UNAVAILABLE, 'Connection dropped'), { _tag: 'Transient', sent: true, reason: 'UNAVAILABLE: Connection dropped' }],
    ['unavailable, of the client', new UnavailableError(grpc(status.UNAVAILABLE, 'Connection dropped')), { _tag: 'Transient', sent: true }],
    ['never connected', grpc(status.UNAVAILABLE, 'No connection established. Last error: connect ECONNREFUSED'), { _tag: 'Transient', sent: false }],
    ['never connected, with a note that says nothing', grpc(status.UNAVAILABLE, 'No connection established. Last error: x. Resolution note: '), { reason: 'UNAVAILABLE: No connection established. Last error: x' }],
    ['a name that is not known', grpc(status.UNAVAILABLE, 'Name resolution failed for target dns:x'), { _tag: 'Transient', sent: false }],
    ['no node found', new Error('Failed to discover after 10 attempts.'), { _tag: 'Transient', sent: false }],
    ['cancelled, of gRPC', grpc(status.CANCELLED, 'x'), { _tag: 'Transient', sent: true }],
    ['cancelled, of the client', new CancelledError(grpc(status.CANCELLED, 'x')), { _tag: 'Transient', sent: true }],
    ['deadline exceeded, of the client', new DeadlineExceededError(grpc(status.DEADLINE_EXCEEDED, 'x')), { _tag: 'Transient', sent: true }],
    ['aborted', grpc(status.ABORTED, 'Operation timed out: Commit phase timeout.'), { _tag: 'Transient', sent: true }],
    ['not the leader, of gRPC', grpc(status.NOT_FOUND, 'Leader info available', leader), { _tag: 'Transient', sent: true }],
    ['not the leader, of the client', new NotLeaderError(grpc(status.NOT_FOUND, 'Leader info available', leader)), { _tag: 'Transient', sent: true }],
    ['no leader known', grpc(status.UNKNOWN, 'No leader info available in response'), { _tag: 'Transient', sent: true }],
    ['access denied', grpc(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }), { _tag: 'AccessDenied', reason: 'Access Denied' }],
    ['not authenticated', grpc(status.UNAUTHENTICATED, 'Unauthenticated'), { _tag: 'AccessDenied' }],
    ['deleted, of gRPC', grpc(status.FAILED_PRECONDITION, 'x', { exception: 'stream-deleted', 'stream-name': 's' }), { _tag: 'Tombstoned' }],
    ['deleted, of the client without an error below', new StreamDeletedError(undefined, 's'), { _tag: 'Tombstoned' }],
    ['a wrong revision', grpc(status.FAILED_PRECONDITION, 'x', { exception: 'wrong-expected-version' }), { _tag: 'WrongRevision' }],
    ['an argument that is no good', grpc(status.INVALID_ARGUMENT, 'x'), { _tag: 'Unexpected', reason: 'x' }],
    ['a method that is not there', grpc(status.UNIMPLEMENTED, 'x'), { _tag: 'Unexpected' }],
    ['no error at all', 'boom', { _tag: 'Transient', sent: true, reason: 'unknown error' }],
  ];
  for (const [what, error, expected] of faults) {
    it(`is told apart: ${what}`, () => {
      const fault = serverFault(error);
      expect(fault).toMatchObject(expected);
      expect(describeFault(fault).length).toBeGreaterThan(0);
    });
  }

  it('may be what a node could not put into words', () => {
    expect(isUnspeakable(grpc(status.UNKNOWN, 'Received HTTP status code 500'))).toBe(true);
    expect(isUnspeakable(grpc(status.UNKNOWN, 'something'))).toBe(false);
    expect(isUnspeakable(new Error('Received HTTP status code 500'))).toBe(false);
  });
});
