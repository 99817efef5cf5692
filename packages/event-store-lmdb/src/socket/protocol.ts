import {
  type AppendError,
  type AppendResult,
  type ExpectedRevision,
  Position,
  type ProposedEvent,
  Revision,
  type StreamMetadata,
  StreamName,
} from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { CompactionError, CompactionFailed, CompactionReport } from '../LmdbEventStore.js';

/**
 * What followers and the owner say to each other over the Unix socket: one JSON object a line. Both ends are the same
 * package on one machine; `version` is said first, so that two that differ part at once instead of misreading each other.
 */
export const protocolVersion = 1;

/** The longest line either end takes, in bytes: a batch at its limit, with room. */
export const maxLineBytes = 16 * 1024 * 1024;

export type WireRequest =
  | {
      readonly op: 'append';
      readonly id: number;
      readonly stream: string;
      readonly events: ReadonlyArray<ProposedEvent>;
      readonly expected: string;
    }
  | { readonly op: 'metadata'; readonly id: number; readonly stream: string; readonly metadata: StreamMetadata }
  | { readonly op: 'tombstone'; readonly id: number; readonly stream: string }
  | { readonly op: 'compact'; readonly id: number };

export type WireMessage =
  /** The owner says hello, and up to where its log is durable. */
  | { readonly hello: number; readonly store: string }
  /** More of the log is durable. Many flushes may share one such message. */
  | { readonly durable: number }
  | { readonly id: number; readonly done: { readonly revision?: string; readonly position?: string } }
  | { readonly id: number; readonly report: CompactionReport }
  | { readonly id: number; readonly refused: WireError };

/** An `AppendError` whose revisions are strings. */
export type WireError = Readonly<Record<string, unknown>> & { readonly _tag: string };

export const encodeExpected = (expected: ExpectedRevision): string => expected.toString();

export const decodeExpected = (text: string): ExpectedRevision =>
  text === 'any' || text === 'no-stream' ? text : Revision(text);

export const encodeOutcome = (id: number, outcome: E.Either<AppendError, AppendResult | undefined>): string => {
  const message: WireMessage = E.isLeft(outcome)
    ? { id, refused: toWireError(outcome.left) }
    : {
        id,
        done: {
          ...(outcome.right === undefined ? {} : { revision: outcome.right.revision.toString() }),
          ...(outcome.right?.position === undefined ? {} : { position: outcome.right.position.toString() }),
        },
      };
  return `${JSON.stringify(message)}\n`;
};

export const encodeCompaction = (id: number, outcome: E.Either<CompactionError, CompactionReport>): string => {
  const message: WireMessage = E.isLeft(outcome) ? { id, refused: { ...outcome.left } } : { id, report: outcome.right };
  return `${JSON.stringify(message)}\n`;
};

const toWireError = (error: AppendError): WireError =>
  error._tag === 'RevisionConflict'
    ? { ...error, expected: error.expected.toString(), actual: error.actual.toString() }
    : { ...error };

const isText = (value: unknown): value is string => typeof value === 'string';

/** The error that the owner sent; nothing where it is none that this version knows. */
export const decodeError = (error: WireError): AppendError | CompactionFailed | undefined => {
  const { _tag, stream, expected, actual, bytes, limit, message, from, to } = error;
  switch (_tag) {
    case 'RevisionConflict':
      if (!isText(stream) || !isText(expected) || !isText(actual)) return undefined;
      return {
        _tag,
        code: 'revision_conflict',
        stream: StreamName(stream),
        expected: decodeExpected(expected),
        actual: actual === 'no-stream' ? actual : Revision(actual),
      };
    case 'StreamTombstoned':
      return isText(stream) ? { _tag, code: 'stream_tombstoned', stream: StreamName(stream) } : undefined;
    case 'BatchTooLarge':
      return typeof bytes === 'number' && typeof limit === 'number' ? { _tag, code: 'batch_too_large', bytes, limit } : undefined;
    case 'CompactionFailed':
      return { _tag, code: 'compaction_failed', message: isText(message) ? message : 'The owner could not compact the log.' };
    case 'StoreDamaged':
      return {
        _tag,
        code: 'store_damaged',
        message: isText(message) ? message : 'The log is damaged.',
        ...(isText(from) && isText(to) ? { from, to } : {}),
      };
    case 'StoreFailed':
      return { _tag, code: 'store_failed', message: isText(message) ? message : 'The owner of the store failed.' };
    default:
      return undefined;
  }
};

export const decodeDone = (done: { readonly revision?: string; readonly position?: string }): AppendResult => {
  const revision = Revision(done.revision ?? '0');
  return done.position === undefined ? { revision } : { revision, position: Position(done.position) };
};

/** Cuts a stream of bytes into lines and gives each, parsed, to the callback. Throws on a line that is too long or no JSON. */
export const lineReader = (onMessage: (message: unknown) => void): ((chunk: Buffer) => void) => {
  let parts: Array<Buffer> = [];
  let length = 0;
  return (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      parts.push(chunk.subarray(from, end));
      const line = parts.length === 1 ? (parts[0] ?? chunk) : Buffer.concat(parts);
      parts = [];
      length = 0;
      from = end + 1;
      onMessage(JSON.parse(line.toString('utf8')));
    }
    if (from === chunk.length) return;
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > maxLineBytes) throw new RangeError(`A line is longer than ${maxLineBytes} bytes.`);
  };
};
