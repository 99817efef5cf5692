import { requestFaults } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { unexpectedAnswer } from '../ClientError.js';

/** JSON text, or that it is none. */
export const parseJson = (text: string): E.Either<'not_json', unknown> => {
  try {
    return E.right(JSON.parse(text));
  } catch {
    return E.left('not_json');
  }
};

/** JSON text as the codec reads it. @throws ClientError `unexpected_answer` */
export const decodeJson = <A>(codec: t.Type<A, unknown, unknown>, text: string, status?: number): A => {
  const json = parseJson(text);
  if (E.isLeft(json)) throw unexpectedAnswer('The answer is not JSON.', status);
  const decoded = codec.decode(json.right);
  if (E.isRight(decoded)) return decoded.right;
  const faults = requestFaults(decoded.left, '');
  const [fault] = faults;
  throw unexpectedAnswer(`The answer is not of this API: ${fault?.path ?? ''} ${fault?.message ?? ''}.`, status, faults);
};
