import type { AccessKind } from '@account-data/domain';
import type { AccountDataEngine } from '@account-data/engine';
import type { Runtime, Turns } from '@account-data/runtime';
import type { Follow } from '@account-data/synapse-follow';
import { type Streamed, accessHeader, reasonHeader, requestFaults, withTimes } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import type { Logger } from 'pino';
import type { Accesses, AccessFault } from '../access/Accesses.js';
import type { Session } from '../auth/Session.js';
import type { Principal } from '../auth/Principal.js';
import type { Exchange } from '../http/Exchange.js';
import { answerInParts } from '../http/answerInParts.js';
import { parseJsonBody } from '../http/jsonBody.js';
import { isInParts, jsonParts } from '../http/jsonParts.js';
import type { OpenAnswers } from '../http/OpenAnswers.js';
import type { Responder } from '../http/Responder.js';
import type { Method } from '../http/Routes.js';
import type { Concurrency } from '../limits/Concurrency.js';
import type { Slots } from '../limits/Slots.js';
import type { HttpMetrics } from '../observability/httpMetrics.js';
import { isGranted, whoMay } from './Access.js';
import type { Need } from './Access.js';
import { problem } from './Problem.js';
import type { Problem } from './Problem.js';
import type { ProblemCode } from './problemTable.js';

/** What the endpoints work with. @category model */
export interface ServiceContext {
  readonly engine: AccountDataEngine;
  /** Undefined: nobody is followed, or not yet. */
  readonly follow: () => Follow | undefined;
  readonly runtime: Runtime;
  readonly responder: Responder;
  readonly answers: OpenAnswers;
  readonly turns: Turns;
  /** For those that read pages which may be large. */
  readonly longReads: Concurrency;
  readonly fail: (exchange: Exchange, problem: Problem, headers?: ReadonlyArray<string>) => void;
  readonly traceOf: (exchange: Exchange) => { readonly traceparent?: string; readonly tracestate?: string } | undefined;
  readonly streams: Slots;
  /** Notes who looks at the data of others. */
  readonly accesses: Accesses;
  /** Counts a request that a limit refused. */
  readonly refused: HttpMetrics['refused'];
  readonly logger: Pick<Logger, 'info'>;
  /** Aborted when the server begins to stop: streams end. */
  readonly stopping: AbortSignal;
}

/** A request that was let in, decoded. @category model */
export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly principal: Principal;
  readonly session: Session;
  readonly exchange: Exchange;
  readonly context: ServiceContext;
}

/** What to answer with; `headers` is name, value, name, value. @category model */
export interface Answer<A = never> {
  readonly status: number;
  /** Encoded by the codec of the answer. Its lists may be {@link StreamedList}s, which are written as they are read. */
  readonly body?: Streamed<A>;
  /** Whose data it is, where it is not the user of the request: once one of them is erased, the answer does not go on. */
  readonly about?: ReadonlySet<string>;
  readonly headers?: ReadonlyArray<string>;
}

/** `streamed`: the endpoint has taken the answer into its own hands. @category model */
export type Outcome<A = never> = E.Either<Problem, Answer<A> | 'streamed'>;

/** What an endpoint can answer, for the OpenAPI document. @category model */
export interface DocumentedAnswer {
  readonly status: number;
  readonly description: string;
  readonly codec?: t.Mixed;
  /** Default `application/json`. */
  readonly contentType?: string;
}

/** One endpoint of the service API. The router, the OpenAPI document and the tests are made from it. @category model */
export interface Endpoint {
  readonly method: Method;
  /** As in OpenAPI: `/v1/users/{userId}/state`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly need: Need;
  readonly looksAt: AccessKind | 'nothing';
  readonly params: t.Mixed;
  readonly query: t.Mixed;
  readonly body?: t.Mixed;
  readonly bodyOptional?: true;
  readonly requestContentType?: string;
  readonly headers: ReadonlyArray<DocumentedHeader>;
  readonly answers: ReadonlyArray<DocumentedAnswer>;
  readonly problems: ReadonlyArray<ProblemCode>;
  readonly bodyExample?: unknown;
  readonly serve: (context: ServiceContext, exchange: Exchange, session: Session) => Promise<void>;
}

/** A request header that an endpoint reads. @category model */
export interface DocumentedHeader {
  readonly name: string;
  readonly description: string;
}

/** An operation with what the server adds: documentation, who may, and the handler. @category model */
export interface EndpointDefinition<P, Q, B, A> {
  readonly method: Method;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly need: Need;
  /** What of others its answer shows, for the access log. Default: what its need says. */
  readonly looksAt?: AccessKind | 'nothing';
  readonly params: t.Type<P, unknown, unknown>;
  readonly query: t.Type<Q, unknown, unknown>;
  /** Absent: the endpoint reads no body. */
  readonly body?: t.Type<B, unknown, unknown>;
  /** What it answers with, by its codec. Absent: it answers with a stream. */
  readonly answer?: t.Type<A, unknown, unknown>;
  /** Whether no body stands for `{}`. */
  readonly bodyOptional?: true;
  /** The body is a stream of this type, left to `handle`. */
  readonly requestContentType?: string;
  readonly headers?: ReadonlyArray<DocumentedHeader>;
  readonly answers: ReadonlyArray<DocumentedAnswer>;
  /** What it may refuse with, beside what any endpoint of its form does. */
  readonly problems?: ReadonlyArray<ProblemCode>;
  /** A body as a client might send it, as JSON. */
  readonly bodyExample?: unknown;
  /** Whom a request is about: whose data a token of role `user` must own. Default: nobody in particular. */
  readonly userOf?: (call: { readonly params: P; readonly query: Q; readonly body: B }) => string | undefined;
  /** Whether it reads pages which may be large: not too many of them are read at once. */
  readonly readsPages?: true;
  readonly handle: (call: Call<P, Q, B>) => Promise<Outcome<A>> | Outcome<A>;
}

/**
 * An endpoint from its definition: decodes, checks the grant, handles and answers. The grant is checked after
 * decoding, because the body may name the user; a request without any right learns no more than its own mistakes.
 *
 * @category constructors
 */
export const endpoint = <P, Q, B = undefined, A = never>(definition: EndpointDefinition<P, Q, B, A>): Endpoint => {
  const { handle, userOf, readsPages, answer: codec, ...documented } = definition;
  const looksAt = definition.looksAt ?? shownBy[definition.need] ?? 'nothing';
  const timesOfQuery = withTimes(definition.query);
  const timesOfBody = definition.body === undefined ? undefined : withTimes(definition.body);
  const decode = (exchange: Exchange, now: number): E.Either<Problem, { readonly params: P; readonly query: Q; readonly body: B }> => {
    const { request } = exchange;
    const params = definition.params.decode(request.params);
    if (E.isLeft(params)) return E.left({ code: 'invalid_request', errors: requestFaults(params.left, '/path') });
    const query = definition.query.decode(timesOfQuery(request.query, now));
    if (E.isLeft(query)) return E.left({ code: 'invalid_request', errors: requestFaults(query.left, '/query') });
    if (definition.body === undefined) return E.right({ params: params.right, query: query.right, body: undefined as B });
    const parsed = parseJsonBody(request.body);
    const json = E.isLeft(parsed) && parsed.left === 'empty' && definition.bodyOptional === true ? E.right({}) : parsed;
    if (E.isLeft(json)) return E.left(problem('not_json', json.left === 'empty' ? 'The request has no body.' : undefined));
    const body = definition.body.decode(timesOfBody === undefined ? json.right : timesOfBody(json.right, now));
    if (E.isLeft(body)) return E.left({ code: 'invalid_request', errors: requestFaults(body.left, '/body') });
    return E.right({ params: params.right, query: query.right, body: body.right });
  };
  return {
    ...documented,
    looksAt,
    headers: [...(definition.headers ?? []), ...(looksAt === 'nothing' ? [] : [reasonOfHeader]), ...(looksAt === 'data' || looksAt === 'feed' ? [accessOfHeader] : [])],
    problems: definition.problems ?? [],
    answers: definition.answers.map((answer) => (answer.status === 200 && codec !== undefined ? { codec, ...answer } : answer)),
    serve: async (context, exchange, session) => {
      const { principal } = session;
      const decoded = decode(exchange, context.runtime.clock.now());
      if (E.isLeft(decoded)) {
        context.fail(exchange, decoded.left);
        return;
      }
      if (!isGranted(principal, definition.need, userOf?.(decoded.right))) {
        context.fail(exchange, problem('forbidden', `The role ${principal.role} does not allow this${userOf === undefined ? '' : ' for that user'}; ${whoMay(definition.need)}.`));
        return;
      }
      const noted = looksAt === 'nothing' ? undefined : context.accesses.note(exchange, principal, looksAt, userOf?.(decoded.right) ?? null);
      const fault = noted === undefined ? undefined : await noted;
      if (fault !== undefined) {
        context.fail(exchange, accessProblems[fault]);
        return;
      }
      const call = { ...decoded.right, principal, session, exchange, context };
      const outcome = await (readsPages === true ? context.longReads.run(async () => handle(call)) : handle(call));
      if (E.isLeft(outcome)) context.fail(exchange, outcome.left);
      else if (outcome.right !== 'streamed') {
        const { body, ...rest } = outcome.right;
        // A streamed list takes the place of a list, which its codec knows.
        const json = body === undefined || codec === undefined ? undefined : codec.encode(body as A);
        await answer(context, exchange, rest, json, userOf?.(decoded.right));
      }
    },
  };
};

/** What is shown by endpoints that need this. */
const shownBy: Readonly<Partial<Record<Need, AccessKind>>> = { read: 'data', log: 'data', feed: 'feed', export: 'export' };

const reasonOfHeader: DocumentedHeader = {
  name: reasonHeader,
  description: 'Why the data of others is looked at, for the access log: up to 1,000 characters of UTF-8, percent-encoded. Read where an auditor or admin does, and in exports.',
};

const accessOfHeader: DocumentedHeader = {
  name: accessHeader,
  description: 'With `export`, what is read is taken along, as into a file: the access log then has it as an export, whoever reads it.',
};

const accessProblems: Readonly<Record<AccessFault, Problem>> = {
  reason_malformed: problem('invalid_request', `${reasonHeader} must be 1 to 1,000 characters of UTF-8, percent-encoded.`),
  access_malformed: problem('invalid_request', `${accessHeader} must be export, or absent.`),
  reason_required: problem('reason_required'),
  access_not_noted: problem('access_not_noted'),
};

const answer = async (context: ServiceContext, exchange: Exchange, given: Omit<Answer, 'body'>, body: unknown, userId: string | undefined): Promise<void> => {
  const { status, headers } = given;
  if (body === undefined) {
    context.responder.empty(exchange, status, headers);
    return;
  }
  const about = given.about ?? (userId === undefined ? undefined : new Set([userId]));
  if (!isInParts(body)) context.responder.json(exchange, status, JSON.stringify(body), headers, about);
  else {
    const parts = { status, parts: jsonParts(body), ...(headers === undefined ? {} : { headers }), ...(about === undefined ? {} : { about }) };
    await answerInParts(exchange, context, parts);
  }
};
