import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { GrpcCall } from '../grpc/GrpcCall.js';
import type { Answer } from '../grpc/GrpcServer.js';
import type { WriteResult } from '../log/DoubleLog.js';
import type { Expected } from '../log/LogRecord.js';
import { leaderRefusal, type NodeContext, refusal } from '../Node.js';
import { wrongExpectedVersion } from '../protocol/errors.js';
import { streamNameOf } from '../protocol/messages.js';
import { answerOnce } from './append.js';

const expectedOf = (options: DeleteReq.Options | TombstoneReq.Options | undefined): Expected => {
  if (options === undefined || options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : BigInt(options.getRevision());
};

/** The revision as a node writes it: what has no number has a negative one. */
const expectedVersion = (expected: Expected): string => {
  switch (expected) {
    case 'any':
      return '-2';
    case 'no-stream':
      return '-1';
    case 'stream-exists':
      return '-4';
    default:
      return expected.toString();
  }
};

const handle =
  <Q extends DeleteReq | TombstoneReq, A>(
    node: NodeContext,
    operation: 'delete' | 'tombstone',
    perform: (stream: string, expected: Expected) => WriteResult,
    written: (position: bigint) => A,
  ) =>
  (call: GrpcCall<Q, A>, callback: Answer<A>): void => {
    const options = call.request.getOptions();
    const stream = streamNameOf(options?.getStreamIdentifier());
    const expected = expectedOf(options);
    const refused = refusal(node, call.metadata, 'delete', stream) ?? leaderRefusal(node, call.metadata);
    if (refused !== undefined) {
      callback(refused);
      return;
    }
    answerOnce(
      node,
      stream,
      node.faults.next(operation, stream),
      () => perform(stream, expected),
      (result) => {
        if (result._tag === 'WrongRevision') throw wrongExpectedVersion('Delete', stream, expectedVersion(expected), result.actual);
        return written(result.position);
      },
      callback,
    );
  };

export const tombstone = (node: NodeContext): ((call: GrpcCall<TombstoneReq, TombstoneResp>, callback: Answer<TombstoneResp>) => void) =>
  handle(node, 'tombstone', (stream, expected) => node.log.tombstone(stream, expected), (at) => {
    const position = new streams.TombstoneResp.Position();
    position.setCommitPosition(at.toString());
    position.setPreparePosition(at.toString());
    const response = new streams.TombstoneResp();
    response.setPosition(position);
    return response;
  });

export const deleteSoftly = (node: NodeContext): ((call: GrpcCall<DeleteReq, DeleteResp>, callback: Answer<DeleteResp>) => void) =>
  handle(node, 'delete', (stream, expected) => node.log.deleteSoftly(stream, expected), (at) => {
    const position = new streams.DeleteResp.Position();
    position.setCommitPosition(at.toString());
    position.setPreparePosition(at.toString());
    const response = new streams.DeleteResp();
    response.setPosition(position);
    return response;
  });
