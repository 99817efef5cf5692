import { requestOrderKey, requestOrderPrefix } from '../records/keys.js';
import { isRemembered, parseRequest, requestText } from '../records/requestRecord.js';
import { prefixRange, type StorageWriter } from '../storage/ProjectionStorage.js';
import { putText } from './putText.js';
import type { Pending } from './Pending.js';
import type { ReadModel } from './ReadModel.js';
import type { StreamState } from './StreamState.js';

/** Removes requests of a stream that are not remembered any more, oldest first, up to `limit`. */
const forget = (model: ReadModel, writer: StorageWriter, { kind, userId, head }: StreamState, limit: number): void => {
  const { storage } = model;
  let left = limit;
  storage.scan('requestOrder', prefixRange(requestOrderPrefix(userId, kind)), (orderKey, value) => {
    const key = value.toString('utf8', 0, value.length);
    const record = storage.get('requests', key);
    const request = record === undefined ? undefined : parseRequest(record);
    const isItsOwn = request !== undefined && requestOrderKey(userId, kind, request.firstRevision) === orderKey;
    if (isItsOwn && isRemembered(request, head, model.requestKeyWindow)) return false;
    writer.remove('requestOrder', orderKey);
    // The key may have been used again since: then a later entry of the order is about it.
    if (isItsOwn) writer.remove('requests', key);
    left -= 1;
    return left > 0;
  });
};

/** Writes the requests of a generation, and forgets two old ones of a stream for each new one. */
export const putRequests = (model: ReadModel, writer: StorageWriter, pending: Pending): void => {
  const written = new Map<StreamState, number>();
  for (const { state } of pending.requests.values()) {
    if (!state.purged) written.set(state, (written.get(state) ?? 0) + 1);
  }
  for (const [state, count] of written) forget(model, writer, state, count * 2);
  for (const [key, request] of pending.requests) {
    const { state, firstRevision } = request;
    if (state.purged) continue;
    putText(writer, 'requests', key, requestText(request));
    putText(writer, 'requestOrder', requestOrderKey(state.userId, state.kind, firstRevision), key);
  }
};
