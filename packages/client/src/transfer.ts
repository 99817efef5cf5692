import { exportLog, importLog, transferContentType } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { unexpectedAnswer } from './ClientError.js';
import type { Transport } from './http/Transport.js';
import { parseJson } from './http/decodeJson.js';
import { linesOf } from './http/linesOf.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** What an export has. @category model */
export interface ExportOptions extends CallOptions {
  /** Absent: all users. */
  readonly userId?: string;
  /** Default true; false: only what is current. */
  readonly history?: boolean;
}

/** How an export is taken in. @category model */
export interface ImportOptions extends CallOptions {
  /** Whether modules hear of what is imported. */
  readonly callbacks?: boolean;
  /** Reads, checks and counts everything, and changes nothing. */
  readonly dryRun?: boolean;
  /** Passes over records that can't be imported; else the first one ends the import. */
  readonly passOver?: boolean;
}

/** What an import did; of what was passed over, the first thousand are told. @category model */
export type ImportResult = t.TypeOf<typeof importLog.answer>;

/** Export and import. @category model */
export interface TransferCalls {
  /**
   * The lines of an export, each a JSON object, as they arrive; the consumer sets the pace. Throws where the export was cut
   * off, so that whoever reads to the end has all of it.
   */
  readonly exportLog: (options?: ExportOptions) => AsyncGenerator<string, void, void>;
  /**
   * Imports the lines of an export. A record is in the log once, however often it is imported: after a failure import the
   * same again. A `Blob` (a file) works in every browser; other sources need a platform that streams requests, as Node does.
   */
  readonly importLog: (lines: Blob | AsyncIterable<string> | Iterable<string>, options?: ImportOptions) => Promise<ImportResult>;
}

/** Milliseconds. An export may have to read much that is not in it before its next line. */
const longestSilence = 300_000;

/** Makes these calls. @category constructors */
export const transferCalls = (transport: Transport): TransferCalls => ({
  async *exportLog(options = {}) {
    const answer = await transport.repeat(
      () =>
        transport.open({
          ...transport.wire(exportLog, {}, defined({ userId: options.userId, history: options.history })),
          headers: { Accept: transferContentType },
          signal: options.signal,
        }),
      options.signal,
    );
    try {
      let last = '';
      for await (const line of linesOf(answer, longestSilence)) {
        last = line;
        yield line;
      }
      if (!isEnd(last)) throw unexpectedAnswer('The export was cut off.', answer.response.status);
    } finally {
      answer.close();
    }
  },
  importLog: (lines, options = {}) =>
    transport.exchangeJson(importLog, {
      ...transport.wire(importLog, {}, defined({ callbacks: options.callbacks, dryRun: options.dryRun, passOver: options.passOver })),
      headers: { Accept: 'application/json', 'Content-Type': transferContentType },
      body: lines instanceof Blob ? lines : streamOf(lines),
      signal: options.signal,
      timeout: Infinity,
    }),
});

/** What an export ends with. */
const isEnd = (line: string): boolean => {
  const json = parseJson(line);
  return E.isRight(json) && typeof json.right === 'object' && json.right !== null && 'end' in json.right && json.right.end === true;
};

/** Lines as bytes, read as fast as they are sent. */
const streamOf = (lines: AsyncIterable<string> | Iterable<string>): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value.endsWith('\n') ? next.value : `${next.value}\n`));
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
};
