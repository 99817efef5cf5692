import grpcStreams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { frameOf } from '../grpc/frames.js';
import { EncodedFrames } from '../grpc/GrpcCall.js';
import type { LogRecord } from '../log/LogRecord.js';
import { readResponse } from './messages.js';

interface Encoded {
  readonly plain: Buffer;
  readonly compressed: Buffer;
}

const all = new WeakMap<LogRecord, Encoded>();

/** Encodes a record as an answer to a read of the whole log, as it is and compressed, once. */
export const encodeRecord = (record: LogRecord): Encoded => {
  const known = all.get(record);
  if (known !== undefined) return known;
  const message = grpcStreams.StreamsService.read.responseSerialize(readResponse(record, true));
  const encoded = { plain: frameOf(message, false), compressed: frameOf(message, true) };
  all.set(record, encoded);
  return encoded;
};

/** A block of answers, one for each record. */
export const encodedBlock = (records: ReadonlyArray<LogRecord>, compressed: boolean): EncodedFrames =>
  new EncodedFrames(Buffer.concat(records.map((record) => encodeRecord(record)[compressed ? 'compressed' : 'plain'])));
