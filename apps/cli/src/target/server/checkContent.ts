import { copyJsonObject, type JsonObject, storedJsonLimits } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import { inputRefusal } from '../inputRefusal.js';
import type { Refusal } from '../../Refusal.js';

/** Content that a server can be sent: JSON text would alter the rest in silence. Limits are the server's to check. */
export const checkContent = (content: unknown): E.Either<Refusal, JsonObject> => {
  const checked = copyJsonObject(content, storedJsonLimits);
  return E.isRight(checked)
    ? checked
    : E.left(inputRefusal(checked.left.code, checked.left.message, `/content${checked.left.path}`));
};
