import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import type { Fault } from '../faults/Faults.js';
import type { GrpcCall } from '../grpc/GrpcCall.js';
import type { LogRecord } from '../log/LogRecord.js';
import { leaderRefusal, type NodeContext, refusal, tellsPositions } from '../Node.js';
import { callError, notLeader, serverNotReady, streamDeleted, timedOut } from '../protocol/errors.js';
import { identifierOf, readResponse, streamNameOf } from '../protocol/messages.js';
import { drained } from './drained.js';
import { filterOf } from './filters.js';
import { subscribe } from './subscribe.js';

type Call = GrpcCall<ReadReq, ReadResp>;

const isBackwards = (options: ReadReq.Options): boolean => options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** Sends answers and ends the call; `cut` breaks the connection after so many. */
const sendAll = async (node: NodeContext, call: Call, answers: Iterable<ReadResp>, cut: number | undefined): Promise<void> => {
  let sent = 0;
  for (const answer of answers) {
    if (call.cancelled || call.destroyed) return;
    if (sent === cut) {
      node.cut();
      return;
    }
    sent += 1;
    if (!call.write(answer)) await drained(call);
  }
  call.end();
};

const streamNotFound = (stream: string): ReadResp => {
  const missing = new streams.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifierOf(stream));
  const response = new streams.ReadResp();
  response.setStreamNotFound(missing);
  return response;
};

const readStream = (node: NodeContext, call: Call, options: ReadReq.Options, cut: number | undefined): void => {
  const place = options.getStream();
  const stream = streamNameOf(place?.getStreamIdentifier());
  const from = place?.hasRevision() === true ? BigInt(place.getRevision()) : place?.hasEnd() === true ? 'end' : 'start';
  const found = node.view.readStream(stream, from, isBackwards(options), Number(options.getCount()));
  switch (found._tag) {
    case 'Deleted':
      call.emit('error', streamDeleted(stream));
      return;
    case 'NoStream':
      void sendAll(node, call, [streamNotFound(stream)], cut);
      return;
    case 'Events':
      void sendAll(node, call, found.records.map((record) => readResponse(record, tellsPositions(node))), cut);
  }
};

function* matching(node: NodeContext, options: ReadReq.Options): Generator<LogRecord> {
  const { records } = node.view;
  const place = options.getAll();
  const position = place?.hasPosition() === true ? BigInt(place.getPosition()?.getCommitPosition() ?? 0) : undefined;
  const { matches } = filterOf(options);
  let left = Number(options.getCount());
  const backwards = isBackwards(options);
  const start = position === undefined ? (place?.hasEnd() === true ? records.length : 0) : node.view.indexAt(position);
  for (let index = backwards ? start - 1 : start; left > 0 && index >= 0 && index < records.length; index += backwards ? -1 : 1) {
    const record = records[index];
    if (record === undefined || !matches(record)) continue;
    left -= 1;
    yield record;
  }
}

function* answers(node: NodeContext, options: ReadReq.Options): Generator<ReadResp> {
  for (const record of matching(node, options)) yield readResponse(record, true);
}

const operationOf = (options: ReadReq.Options): 'read-stream' | 'read-all' | 'subscribe' => {
  if (options.hasSubscription()) return 'subscribe';
  return options.hasStream() ? 'read-stream' : 'read-all';
};

/** What a fault does to a read instead of answering it; true where it did. */
const failRead = (node: NodeContext, call: Call, fault: Fault): boolean => {
  switch (fault.kind) {
    case 'lose-request':
    case 'drop-answer':
      return true;
    case 'cut-before':
    case 'cut-after':
      node.cut();
      return true;
    case 'not-leader':
      call.emit('error', notLeader(fault.leader));
      return true;
    case 'fail':
      call.emit('error', callError(fault.code, fault.details ?? 'failed on command', fault.exception === undefined ? {} : { exception: fault.exception }));
      return true;
    case 'not-ready':
      call.emit('error', serverNotReady());
      return true;
    case 'server-timeout':
      call.emit('error', timedOut('on command'));
      return true;
    case 'answer-late':
    case 'hold':
    case 'answer-twice':
    case 'cut-stream':
      return false;
  }
};

/** Read as a node does it: a stream or the whole log, either way, with or without a filter, once or as a subscription. */
export const read = (node: NodeContext) => (call: Call): void => {
  call.on('error', () => undefined);
  node.traffic.reads += 1;
  call.once('close', () => {
    node.traffic.reads -= 1;
  });
  const options = call.request.getOptions();
  if (options === undefined) {
    call.emit('error', callError(status.INVALID_ARGUMENT, 'no options'));
    return;
  }
  const stream = options.hasStream() ? streamNameOf(options.getStream()?.getStreamIdentifier()) : '$all';
  const refused = refusal(node, call.metadata, 'read', stream) ?? leaderRefusal(node, call.metadata);
  if (refused !== undefined) {
    call.emit('error', refused);
    return;
  }
  const operation = operationOf(options);
  const fault = node.faults.next(operation, stream);
  if (fault !== undefined && failRead(node, call, fault)) return;
  const cut = fault?.kind === 'cut-stream' ? fault.afterEvents : undefined;
  const start = (): void => {
    if (operation === 'subscribe') subscribe(node, call, options, cut);
    else if (operation === 'read-stream') readStream(node, call, options, cut);
    else void sendAll(node, call, answers(node, options), cut);
  };
  if (fault?.kind === 'answer-late') node.runtime.timers.setBackgroundTimeout(start, fault.milliseconds);
  else if (fault?.kind === 'hold') node.faults.hold(start);
  else start();
};
