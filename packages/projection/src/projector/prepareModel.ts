import type { EventStore, ReadError, ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { ReadModel } from '../model/ReadModel.js';
import { readErasures } from './readErasures.js';

/** Reads the erasures the model does not know, and then where the log ends now. */
export const prepareModel = async (
  model: ReadModel,
  store: EventStore,
): Promise<E.Either<ReadError | Error, ReadFrom>> => {
  const erasures = await readErasures(model, store);
  return E.isLeft(erasures) ? erasures : store.head()();
};
