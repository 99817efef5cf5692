import codes from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import anyMessage from 'google-protobuf/google/protobuf/any_pb.js';
import protobuf from 'google-protobuf';
import emptyMessage from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Fault } from '../faults/Faults.js';
import type { GrpcCall } from '../grpc/GrpcCall.js';
import type { WriteResult } from '../log/DoubleLog.js';
import type { Expected, Proposal } from '../log/LogRecord.js';
import { leaderRefusal, type NodeContext, refusal } from '../Node.js';
import { callError, notLeader } from '../protocol/errors.js';
import { identifierOf, proposalOf, sizeOnDisk, streamNameOf, uuidText } from '../protocol/messages.js';

type Call = GrpcCall<BatchAppendReq, BatchAppendResp>;

interface PendingWrite {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: Array<Proposal>;
  size: number;
}

const { Code } = codes;

const statusOf = (
  code: (typeof Code)[keyof typeof Code],
  message: string,
  name: string,
  details: { serializeBinary: () => Uint8Array },
): InstanceType<typeof statuses.Status> => {
  const packed = new anyMessage.Any();
  packed.pack(details.serializeBinary(), name);
  const status = new statuses.Status();
  status.setCode(code);
  status.setMessage(message);
  status.setDetails(packed);
  return status;
};

const expectedOf = (options: BatchAppendReq.Options): Expected => {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : BigInt(options.getStreamPosition());
};

const wrongRevision = (actual: bigint, expected: Expected): InstanceType<typeof shared.WrongExpectedVersion> => {
  const wrong = new shared.WrongExpectedVersion();
  if (actual < 0n) wrong.setCurrentNoStream(new emptyMessage.Empty());
  else wrong.setCurrentStreamRevision(actual.toString());
  if (expected === 'no-stream') wrong.setExpectedNoStream(new emptyMessage.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new emptyMessage.Empty());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new emptyMessage.Empty());
  else wrong.setExpectedStreamPosition(expected.toString());
  return wrong;
};

const responseTo = (request: BatchAppendReq, stream: string): BatchAppendResp => {
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(request.getCorrelationId());
  response.setStreamIdentifier(identifierOf(stream));
  return response;
};

const answerOf = (request: BatchAppendReq, { stream, expected }: PendingWrite, result: WriteResult): BatchAppendResp => {
  const response = responseTo(request, stream);
  switch (result._tag) {
    case 'Written': {
      const success = new streams.BatchAppendResp.Success();
      if (result.revision < 0n) success.setNoStream(new emptyMessage.Empty());
      else success.setCurrentRevision(result.revision.toString());
      if (result.position < 0n) success.setNoPosition(new emptyMessage.Empty());
      else {
        const position = new shared.AllStreamPosition();
        position.setCommitPosition(result.position.toString());
        position.setPreparePosition(result.position.toString());
        success.setPosition(position);
      }
      response.setSuccess(success);
      return response;
    }
    case 'WrongRevision':
      response.setError(
        statusOf(Code.ALREADY_EXISTS, 'WrongExpectedVersion', 'event_store.client.WrongExpectedVersion', wrongRevision(result.actual, expected)),
      );
      return response;
    case 'Deleted': {
      const deleted = new shared.StreamDeleted();
      deleted.setStreamIdentifier(identifierOf(stream));
      response.setError(statusOf(Code.NOT_FOUND, 'StreamDeleted', 'event_store.client.StreamDeleted', deleted));
      return response;
    }
  }
};

/** `MaximumAppendEventSizeExceeded` of the server's shared.proto, which is newer than the generated code. */
const eventSizeExceeded = (event: Proposal, { maxAppendEventSize }: NodeContext): { serializeBinary: () => Uint8Array } => ({
  serializeBinary: () => {
    const writer = new protobuf.BinaryWriter();
    writer.writeString(1, event.id);
    writer.writeUint32(2, sizeOnDisk(event));
    writer.writeUint32(3, maxAppendEventSize);
    return writer.getResultBuffer();
  },
});

/** Errors of single appends: the call goes on. */
const errorAnswers = (node: NodeContext) => ({
  accessDenied: () => statusOf(Code.PERMISSION_DENIED, 'AccessDenied', 'event_store.client.AccessDenied', new shared.AccessDenied()),
  timeout: () => statusOf(Code.DEADLINE_EXCEEDED, 'Timeout', 'event_store.client.Timeout', new shared.Timeout()),
  notReady: () => statusOf(Code.OK, 'Server Is Not Ready', 'google.protobuf.Empty', new emptyMessage.Empty()),
  eventTooLarge: (event: Proposal) =>
    statusOf(Code.INVALID_ARGUMENT, 'MaximumAppendEventSizeExceeded', 'event_store.client.MaximumAppendEventSizeExceeded', eventSizeExceeded(event, node)),
  tooLarge: () => {
    const size = new shared.MaximumAppendSizeExceeded();
    size.setMaxappendsize(node.maxAppendSize);
    return statusOf(Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', 'event_store.client.MaximumAppendSizeExceeded', size);
  },
});

/**
 * BatchAppend as a node does it: appends of any number of streams on one call, each answered by its correlation id.
 * An error of one append is an answer to it; what ends the call for all of them is a node that is not the leader.
 */
export const batchAppend = (node: NodeContext) => (call: Call): void => {
  const pending = new Map<string, PendingWrite>();
  const errors = errorAnswers(node);
  let over = false;
  node.traffic.appends += 1;
  node.traffic.appendCalls += 1;
  call.once('close', () => {
    node.traffic.appends -= 1;
  });

  const answer = (response: BatchAppendResp): void => {
    if (!over) call.write(response);
  };
  const refuse = (request: BatchAppendReq, stream: string, error: InstanceType<typeof statuses.Status>): void => {
    const response = responseTo(request, stream);
    response.setError(error);
    answer(response);
  };
  const endWith = (error: Error): void => {
    over = true;
    call.emit('error', error);
  };

  const write = (request: BatchAppendReq, found: PendingWrite, fault: Fault | undefined): void => {
    const perform = (): BatchAppendResp => answerOf(request, found, node.log.append(found.stream, found.events, found.expected));
    switch (fault?.kind) {
      case 'lose-request':
        return;
      case 'cut-before':
        node.cut();
        return;
      case 'not-leader':
        endWith(notLeader(fault.leader));
        return;
      case 'fail':
        if (fault.done === true) perform();
        endWith(callError(fault.code, fault.details ?? 'failed on command', fault.exception === undefined ? {} : { exception: fault.exception }));
        return;
      case 'not-ready':
        refuse(request, found.stream, errors.notReady());
        return;
      case 'server-timeout':
        if (fault.done) perform();
        refuse(request, found.stream, errors.timeout());
        return;
      case 'drop-answer':
        perform();
        return;
      case 'cut-after':
        perform();
        node.cut();
        return;
      case 'hold': {
        const response = perform();
        node.faults.hold(() => { answer(response); });
        return;
      }
      case 'answer-late': {
        const response = perform();
        node.runtime.timers.setBackgroundTimeout(() => { answer(response); }, fault.milliseconds);
        return;
      }
      case 'answer-twice': {
        const response = perform();
        answer(response);
        answer(response);
        return;
      }
      case 'cut-stream':
      case undefined:
        answer(perform());
    }
  };

  const take = (request: BatchAppendReq): void => {
    const id = uuidText(request.getCorrelationId());
    const options = request.getOptions();
    if (options !== undefined) {
      const stream = streamNameOf(options.getStreamIdentifier());
      if (refusal(node, call.metadata, 'write', stream) !== undefined) {
        refuse(request, stream, errors.accessDenied());
        return;
      }
      pending.set(id, { stream, expected: expectedOf(options), events: [], size: 0 });
    }
    const found = pending.get(id);
    if (found === undefined) return;
    for (const message of request.getProposedMessagesList()) {
      const proposal = proposalOf(message);
      found.events.push(proposal);
      found.size += sizeOnDisk(proposal);
    }
    const tooLarge = found.events.find((event) => sizeOnDisk(event) > node.maxAppendEventSize);
    if (tooLarge !== undefined || found.size > node.maxAppendSize) {
      pending.delete(id);
      refuse(request, found.stream, tooLarge === undefined ? errors.tooLarge() : errors.eventTooLarge(tooLarge));
      return;
    }
    if (!request.getIsFinal()) return;
    pending.delete(id);
    const notHere = leaderRefusal(node, call.metadata);
    if (notHere !== undefined) endWith(notHere);
    else write(request, found, node.faults.next('append', found.stream));
  };

  call.on('data', (request: BatchAppendReq) => {
    if (!over) take(request);
  });
  call.on('end', () => {
    over = true;
    call.end();
  });
  call.on('cancelled', () => {
    over = true;
  });
  call.on('error', () => {
    over = true;
  });
};
