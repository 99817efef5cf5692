import { isUserId } from '@account-data/domain';
import { ImportRefused, StoreError } from '@account-data/engine';
import type { ImportResult, RecordName, TransferLine } from '@account-data/engine';
import { type RefusedRecord, exportLog, importLog, transferContentType } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { Readable } from 'node:stream';
import { writeItems } from '../../http/answerInParts.js';
import { answerEnds } from '../answerEnds.js';
import { endpoint } from '../Endpoint.js';
import type { Call, Endpoint, Outcome } from '../Endpoint.js';
import { MalformedLines, linesOf } from '../lines.js';
import { problem } from '../Problem.js';
import type { Problem } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

/** Exports and imports as lines of JSON. */

/** A record holds one content, which is smaller than an append. In characters. */
const longestLine = 2_000_000;

/** So many of the records that were passed over are told; all are counted. */
const mostRefusals = 1_000;

const refusedRecordOf = ({ line, code, path, fault, record }: ImportRefused): RefusedRecord => {
  const { kind, userId, roomId, type }: RecordName = record ?? {};
  return {
    line,
    code,
    pointer: path,
    message: fault,
    ...(kind === undefined ? {} : { kind }),
    ...(userId === undefined ? {} : { userId }),
    ...(roomId === undefined ? {} : { roomId }),
    ...(type === undefined ? {} : { type }),
  };
};

const problemOfThrown = (error: unknown): Problem | undefined => {
  if (error instanceof ImportRefused) return { code: 'import_refused', detail: error.message, pointer: error.path, refused: refusedRecordOf(error) };
  if (error instanceof MalformedLines) return problem('import_refused', error.message);
  if (error instanceof StoreError) return problem(error.error.code, error.message);
  // The client has gone: nobody reads this, but it is no fault of the server's.
  if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') return problem('incomplete_body');
  return undefined;
};

const exportHandler = async (call: Call<unknown, t.TypeOf<typeof exportLog.query>, undefined>): Promise<Outcome> => {
  const { query, context, exchange, principal } = call;
  const { engine, responder } = context;
  const headers = ['Content-Type', transferContentType];
  if (exchange.request.method === 'HEAD') {
    responder.empty(exchange, 200, headers);
    return E.right('streamed');
  }
  const free = context.streams.take(principal.id);
  if (typeof free === 'string') {
    context.refused('event_streams');
    return E.left(free === 'all' ? problem('overloaded', 'Too many streams are open on this server.') : problem('too_many_streams'));
  }
  const { signal, release } = answerEnds(call);
  const lines = engine.exportLog({
    ...(query.userId !== undefined && isUserId(query.userId) ? { userId: query.userId } : {}),
    ...(query.history === undefined ? {} : { history: query.history }),
    signal,
  });
  const response = responder.stream(exchange, 200, headers);
  const open = context.answers.open(response);
  try {
    await writeItems<TransferLine>(lines, open, { turns: context.turns, signal }, (line) => ({
      text: `${JSON.stringify(line)}\n`,
      userId: 'kind' in line ? line.user_id : undefined,
    }));
  } finally {
    free();
    release();
    open.end();
  }
  return E.right('streamed');
};

type Imported = t.TypeOf<typeof importLog.answer>;

const importHandler = async (call: Call<unknown, t.TypeOf<typeof importLog.query>, undefined>): Promise<Outcome<Imported>> => {
  const { query, context, exchange } = call;
  const { body, bodyLate } = exchange.request;
  const ends = answerEnds(call);
  const refused = (by: Problem): Outcome<Imported> => {
    if (by.code === 'incomplete_body') {
      context.logger.info({ requestId: exchange.request.id }, 'The client of an import has gone, or stopped sending, before its last line');
    }
    return E.left(by);
  };
  const chunks = body instanceof Readable ? body : Readable.from(Buffer.isBuffer(body) ? [body] : []);
  const refusals: Array<RefusedRecord> = [];
  const passOver = (refusal: ImportRefused): void => {
    if (refusals.length < mostRefusals) refusals.push(refusedRecordOf(refusal));
  };
  try {
    const result = await context.engine.importLog(linesOf(unharmed(chunks), longestLine), {
      callbacks: query.callbacks ?? false,
      dryRun: query.dryRun ?? false,
      ...(query.passOver === true ? { onRefused: passOver } : {}),
      signal: bodyLate === undefined ? ends.signal : AbortSignal.any([ends.signal, bodyLate]),
    });
    if (result.complete) return E.right({ status: 200, body: importedOf(result, refusals) });
    return refused(cutOff(endCodes[ends.why() ?? 'late'], result));
  } catch (error) {
    const known = problemOfThrown(error);
    if (known === undefined) throw error;
    return refused(known);
  } finally {
    ends.release();
    // What was not read is of no use: without this the connection would wait for it.
    chunks.resume();
  }
};

/**
 * The bytes of a body, which is left as it is when nobody wants more of it: a stream that is destroyed by the end of its
 * iteration takes its connection out of Node's hands, and nobody would answer or close it.
 */
const unharmed = (chunks: Readable): AsyncIterable<unknown> => ({
  [Symbol.asyncIterator]: () => chunks.iterator({ destroyOnReturn: false }),
});

/** By what an import was cut off; nobody reads the answer where its client has gone. */
const endCodes = { stopping: 'engine_closed', token: 'unknown_token', gone: 'incomplete_body', late: 'request_timeout' } as const;

/** What was taken before an import was cut off stays. */
const cutOff = (code: (typeof endCodes)[keyof typeof endCodes], { imported, known }: ImportResult): Problem =>
  problem(
    code,
    `The import was cut off after ${String(imported)} records were imported and ${String(known)} were there already. ` +
      'Send the whole export again: what is there is passed over.',
  );

const importedOf = ({ lines, imported, known, erased, refused, position }: ImportResult, refusals: ReadonlyArray<RefusedRecord>) => ({
  lines,
  imported,
  known,
  erased,
  refused,
  position: position ?? null,
  refusals,
});

/** Export and import. @category endpoints */
export const transferEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...exportLog,
    summary: 'All changes, or one user\'s, as lines of JSON',
    description: 'A header line, a line for each change, and a last line with their number: without it the export was cut off. `history=false` leaves out what is not current.',
    need: 'export',
    answers: [{ status: 200, description: 'The lines', contentType: transferContentType }],
    problems: ['too_many_streams', ...engineProblems.store],
    userOf: ({ query }) => query.userId,
    handle: exportHandler,
  }),
  endpoint({
    ...importLog,
    requestContentType: transferContentType,
    summary: 'Imports the lines of an export',
    description: 'A record is in the log once, however often it is imported, so that one that was cut off is sent again. What is new comes after what is there: import a full export alone, not after one with `history=false` of the same log, whose values older changes would then replace. Modules are called only with `callbacks=true`; `dry_run=true` only checks and counts. The first record that can\'t be imported ends it; with `pass_over=true` such records are passed over, counted as `refused`, and the first thousand of them are told.',
    need: 'operate',
    answers: [{ status: 200, description: 'What was imported' }],
    problems: ['import_refused', 'engine_closed', ...engineProblems.change],
    handle: importHandler,
  }),
];
