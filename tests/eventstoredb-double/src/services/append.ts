import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServiceError } from '@grpc/grpc-js';
import type { Fault } from '../faults/Faults.js';
import type { GrpcCall } from '../grpc/GrpcCall.js';
import type { Answer } from '../grpc/GrpcServer.js';
import type { WriteResult } from '../log/DoubleLog.js';
import type { Expected, Proposal } from '../log/LogRecord.js';
import { leaderRefusal, type NodeContext, refusal } from '../Node.js';
import { callError, maximumAppendEventSize, maximumAppendSize, notLeader, serverNotReady, streamDeleted, timedOut } from '../protocol/errors.js';
import { proposalOf, sizeOnDisk, streamNameOf } from '../protocol/messages.js';

const expectedOf = (options: AppendReq.Options): Expected => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : BigInt(options.getRevision());
};

const successOf = (revision: bigint, position: bigint): AppendResp => {
  const success = new streams.AppendResp.Success();
  if (revision < 0n) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(revision.toString());
  if (position < 0n) success.setNoPosition(new shared.Empty());
  else {
    const wire = new streams.AppendResp.Position();
    wire.setCommitPosition(position.toString());
    wire.setPreparePosition(position.toString());
    success.setPosition(wire);
  }
  const response = new streams.AppendResp();
  response.setSuccess(success);
  return response;
};

const conflictOf = (actual: bigint, expected: Expected): AppendResp => {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (actual < 0n) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(actual.toString());
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'no-stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedRevision(expected.toString());
  const response = new streams.AppendResp();
  response.setWrongExpectedVersion(wrong);
  return response;
};

/** What a call that is answered once says of a write. */
export const answerOnce = <A>(
  node: NodeContext,
  stream: string,
  fault: Fault | undefined,
  perform: () => WriteResult,
  written: (result: Exclude<WriteResult, { _tag: 'Deleted' }>) => A,
  callback: Answer<A>,
): void => {
  const answer = (result: WriteResult): void => {
    if (result._tag === 'Deleted') callback(streamDeleted(stream));
    else {
      try {
        callback(null, written(result));
      } catch (error) {
        callback(error as Error);
      }
    }
  };
  switch (fault?.kind) {
    case 'lose-request':
      return;
    case 'cut-before':
      node.cut();
      return;
    case 'not-leader':
      callback(notLeader(fault.leader));
      return;
    case 'fail':
      if (fault.done === true) perform();
      callback(callError(fault.code, fault.details ?? 'failed on command', fault.exception === undefined ? {} : { exception: fault.exception }));
      return;
    case 'not-ready':
      callback(serverNotReady());
      return;
    case 'server-timeout':
      if (fault.done) perform();
      callback(timedOut('on command'));
      return;
    case 'drop-answer':
      perform();
      return;
    case 'cut-after':
      perform();
      node.cut();
      return;
    case 'hold': {
      const result = perform();
      node.faults.hold(() => { answer(result); });
      return;
    }
    case 'answer-late': {
      const result = perform();
      node.runtime.timers.setBackgroundTimeout(() => { answer(result); }, fault.milliseconds);
      return;
    }
    case 'answer-twice':
    case 'cut-stream':
    case undefined:
      answer(perform());
  }
};

const sizeRefusal = ({ maxAppendSize, maxAppendEventSize }: NodeContext, events: ReadonlyArray<Proposal>): ServiceError | undefined => {
  const tooLarge = events.find((event) => sizeOnDisk(event) > maxAppendEventSize);
  if (tooLarge !== undefined) return maximumAppendEventSize(tooLarge.id, sizeOnDisk(tooLarge), maxAppendEventSize);
  return events.reduce((size, event) => size + sizeOnDisk(event), 0) > maxAppendSize ? maximumAppendSize(maxAppendSize) : undefined;
};

/** Append as a node does it: one call for each append. */
export const append = (node: NodeContext) => (call: GrpcCall<AppendReq, AppendResp>, callback: Answer<AppendResp>): void => {
  const events: Array<Proposal> = [];
  let options: AppendReq.Options | undefined;
  call.on('data', (request: AppendReq) => {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (message !== undefined) events.push(proposalOf(message));
  });
  call.on('error', () => undefined);
  call.on('end', () => {
    if (options === undefined) return;
    const stream = streamNameOf(options.getStreamIdentifier());
    const expected = expectedOf(options);
    const refused = refusal(node, call.metadata, 'write', stream) ?? sizeRefusal(node, events) ?? leaderRefusal(node, call.metadata);
    if (refused !== undefined) callback(refused);
    else {
      answerOnce(
        node,
        stream,
        node.faults.next('append', stream),
        () => node.log.append(stream, events, expected),
        (result) => (result._tag === 'Written' ? successOf(result.revision, result.position) : conflictOf(result.actual, expected)),
        callback,
      );
    }
  });
};
