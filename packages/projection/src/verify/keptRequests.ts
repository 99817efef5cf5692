import { requestOrderKey } from '../records/keys.js';
import { isRemembered, parseRequest } from '../records/requestRecord.js';
import { readStreamHeader } from '../records/streamRecord.js';
import type { StorageReader } from '../storage/ProjectionStorage.js';

/** Whose stream a key of `requests` or `requestOrder` is of, and which: both begin `userId NUL kind NUL`. */
const streamOf = (key: string): { readonly userId: string; readonly kind: 'data' | 'tags' } => {
  const end = key.indexOf('\0');
  return { userId: key.slice(0, end), kind: key.startsWith('data\0', end + 1) ? 'data' : 'tags' };
};

/** Whether a request is remembered by its stream as it is written. One that is not is there until it happens to be removed. */
export const isRequestKept = (reader: StorageReader, key: string, value: Buffer, window: number): boolean => {
  const { userId, kind } = streamOf(key);
  const request = parseRequest(value);
  const stream = reader.get(kind === 'data' ? 'dataStreams' : 'tagStreams', userId);
  return stream === undefined || isRemembered(request, readStreamHeader(stream).head, window);
};

/** Whether an entry of the order is that of a request that is remembered: its key may have been used again since. */
export const isRequestOrderKept = (reader: StorageReader, key: string, value: Buffer, window: number): boolean => {
  const requestKey = value.toString('utf8', 0, value.length);
  const record = reader.get('requests', requestKey);
  // Without its request it is either a leftover or what is left of a loss: the table `requests` tells.
  if (record === undefined) return false;
  const request = Buffer.from(record.subarray(0, record.length));
  const { userId, kind } = streamOf(key);
  return (
    requestOrderKey(userId, kind, parseRequest(request).firstRevision) === key &&
    isRequestKept(reader, requestKey, request, window)
  );
};
