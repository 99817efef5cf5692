import { unknownName } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { ConfigError, type ConfigPath } from './ConfigError.js';

/**
 * Decodes a module's configuration. The error names the path and what was expected there, never the value:
 * `audit_room: 'audit_room' is required`, `url: expected an https URL`. Where the codec is exact (`t.strict`), a key
 * it doesn't know is an error too: a misspelt setting must not be ignored.
 */
export const configFromCodec = <A>(codec: t.Type<A, unknown>, config: unknown): E.Either<ConfigError, A> => {
  const decoded = codec.decode(config);
  if (E.isLeft(decoded)) {
    const [first] = decoded.left;
    return E.left(first === undefined ? new ConfigError(`expected ${codec.name}`) : errorOf(first));
  }
  if (tagOf(codec) === 'ExactType' && isObject(config) && isObject(decoded.right)) {
    const known = decoded.right;
    const unknown = Object.keys(config).find((key) => !Object.hasOwn(known, key));
    if (unknown !== undefined) return E.left(new ConfigError(`is not a setting. ${unknownName(unknown, Object.keys(known))}`, [unknown]));
  }
  return decoded;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const tagOf = (type: object): unknown => ('_tag' in type ? type._tag : undefined);

const errorOf = (error: t.ValidationError): ConfigError => {
  const path: Array<string | number> = [];
  for (let i = 1; i < error.context.length; i += 1) {
    const key = error.context[i]?.key ?? '';
    const parent = error.context[i - 1]?.type;
    const parentTag = parent === undefined ? undefined : tagOf(parent);
    // Intersections and unions number their members; those numbers are no part of the file.
    if (key === '' || parentTag === 'IntersectionType' || parentTag === 'UnionType') continue;
    const isIndex = parentTag === 'ArrayType' || parentTag === 'ReadonlyArrayType';
    path.push(isIndex ? Number(key) : key);
  }
  return new ConfigError(problemOf(error, path), path);
};

const problemOf = (error: t.ValidationError, path: ConfigPath): string => {
  const last = path.at(-1);
  if (error.message !== undefined) return error.message;
  if (error.value === undefined && typeof last === 'string') return `'${last}' is required`;
  return `expected ${error.context.at(-1)?.type.name ?? 'something else'}`;
};
