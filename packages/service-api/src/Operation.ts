import type * as t from 'io-ts';

/**
 * One operation of the service API, as both sides know it. A description of where and in which form, not of how: the
 * server adds its handler, a client its transport.
 *
 * @category model
 */
export interface Operation<P, Q, A, B = undefined> {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in OpenAPI: `/v1/users/{userId}/state`. */
  readonly path: string;
  readonly params: t.Type<P, object, unknown>;
  readonly query: t.Type<Q, object, unknown>;
  /** Absent: the operation has no JSON body. */
  readonly body?: t.Type<B, unknown, unknown>;
  /** What it answers with status 200. */
  readonly answer: t.Type<A, unknown, unknown>;
}

/** An operation whose answer is a stream, not one JSON value. @category model */
export type StreamOperation<P, Q> = Omit<Operation<P, Q, never>, 'answer' | 'body'>;

/** Describes an operation, with its types inferred. @category constructors */
export const operation = <P, Q, A, B = undefined>(described: Operation<P, Q, A, B>): Operation<P, Q, A, B> => described;

/** Describes an operation whose answer is a stream, likewise. @category constructors */
export const streamOperation = <P, Q>(described: StreamOperation<P, Q>): StreamOperation<P, Q> => described;

/**
 * The path of an operation with its parameters, each percent-encoded whole: a type may hold `/` and `%`.
 *
 * @throws TypeError where a parameter of the path is missing
 * @category destructors
 */
export const pathOf = <P>({ path, params }: { readonly path: string; readonly params: t.Type<P, object, unknown> }, values: P): string => {
  const encoded = new Map<string, unknown>(Object.entries(params.encode(values)));
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = encoded.get(name);
    if (typeof value !== 'string') throw new TypeError(`The path ${path} needs ${name}.`);
    return encodeURIComponent(value);
  });
};

/**
 * The query string of an operation, with its `?`; empty where there is nothing to say.
 *
 * @category destructors
 */
export const queryOf = <Q>({ query }: { readonly query: t.Type<Q, object, unknown> }, values: Q): string => {
  const search = Object.entries(query.encode(values)).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
  );
  return search.length === 0 ? '' : `?${search.join('&')}`;
};
