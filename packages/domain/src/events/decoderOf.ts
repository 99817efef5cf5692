import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { DataFault } from './DataFault.js';
import type { DataDecoder } from './EventVersions.js';

/** What an io-ts codec decodes, with its first error as path and expectation, without the value. @category codecs */
export const decoderOf =
  <A>(codec: t.Type<A, unknown>): DataDecoder<A> =>
  (data) => {
    const decoded = codec.decode(data);
    return E.isRight(decoded) ? decoded : E.left(faultOf(decoded.left));
  };

const faultOf = (errors: t.Errors): DataFault => {
  const context = errors[0]?.context ?? [];
  let path = '';
  for (let i = 1; i < context.length; i += 1) {
    // Unions and intersections put the number of their member into the context, which is no key.
    const parent = context[i - 1]?.type;
    if (parent instanceof t.UnionType || parent instanceof t.IntersectionType) continue;
    path += `/${(context[i]?.key ?? '').replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return { path, expected: context.at(-1)?.type.name ?? 'something else' };
};
