import * as E from 'fp-ts/lib/Either.js';

/** Where stored JSON is not what its codec expects: a JSON pointer and an expectation, never the value. @category errors */
export interface DataFault {
  readonly path: string;
  readonly expected: string;
}

export const dataFault = (path: string, expected: string): E.Either<DataFault, never> => E.left({ path, expected });

export const notRecord: E.Either<DataFault, never> = dataFault('', 'an object');

export const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
