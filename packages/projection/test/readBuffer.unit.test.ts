import { reusedReadBuffer } from '@account-data/event-store/contract';
import { describe, expect, it } from 'vitest';
import { memoryProjectionStorage, type StorageProvider } from '../src/index.js';
import { logBlockOf, logRowsOf } from '../src/records/logBlock.js';
import { encodeLogBlock, parseLogBlock } from '../src/records/logBlockRecord.js';
import { parseQuarantined } from '../src/records/quarantineRecord.js';
import { parseRequest, requestText } from '../src/records/requestRecord.js';
import type { StorageReader } from '../src/storage/ProjectionStorage.js';
import { projectedAsFolded } from './projectedAsFolded.js';

const readerInto = (handOut: (value: Uint8Array) => Buffer, reader: StorageReader): StorageReader => ({
  get: (table, key) => {
    const value = reader.get(table, key);
    return value === undefined ? undefined : handOut(value);
  },
  scan: (table, range, visit) => {
    reader.scan(table, range, (key, value) => visit(key, handOut(value)) !== false);
  },
});

/** Storage whose records are read into one buffer that is longer than each, as lmdb's are. */
const withReadBuffer = (provider: StorageProvider): StorageProvider => ({
  ...provider,
  open: async (name) => {
    const storage = await provider.open(name);
    const handOut = reusedReadBuffer();
    return {
      ...storage,
      ...readerInto(handOut, storage),
      snapshot: () => {
        const snapshot = storage.snapshot();
        return { ...snapshot, ...readerInto(handOut, snapshot) };
      },
    };
  },
});

describe('any log, with storage that reads into one buffer longer than its records', () => {
  projectedAsFolded(() => withReadBuffer(memoryProjectionStorage()), 30);
});

describe('a record in a buffer longer than it', () => {
  const handOut = reusedReadBuffer();

  it('of the log index ends with its last user', () => {
    const rows = [1, 2].map((position) => ({ position, time: position, made: 1, revision: 0, type: `t${position}`, userId: `@\u{1F600}${position}:x` }));
    expect(logRowsOf(parseLogBlock(handOut(encodeLogBlock(logBlockOf(rows)))))).toEqual(rows);
  });

  it('of a request and of a quarantined event is its own text', () => {
    const request = { fingerprint: 'f', firstRevision: 3, count: 2 };
    expect(parseRequest(handOut(Buffer.from(requestText(request), 'utf8')))).toEqual(request);
    const event = { position: '1', revision: '0', stream: 's', eventId: 'e', eventType: 't', path: '/a', expected: 'string' };
    expect(parseQuarantined(handOut(Buffer.from(JSON.stringify(event), 'utf8')))).toEqual(event);
  });
});
