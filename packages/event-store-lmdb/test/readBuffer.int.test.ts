import { reusedReadBuffer } from '@account-data/event-store/contract';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { closeEnvironment, type Environment, openEnvironment } from '../src/layout/Environment.js';
import { lastPosition } from '../src/layout/blockTables.js';
import { encodeBlock, encodeListedBlock } from '../src/layout/encodeBlock.js';
import { entryText, parseBlock } from '../src/layout/LogBlock.js';
import { createLogReader } from '../src/layout/LogReader.js';
import { chunkKey, chunkSize, decodeChunk, decodeStreamRecord, encodeChunk, encodeStreamRecord, streamKey } from '../src/layout/StreamRecord.js';
import { writeNow } from '../src/layout/writeNow.js';
import { createLogCopy } from '../src/owner/copyLog.js';
import { temporaryFolder } from './support/temporaryFolder.js';

const textOf = (stream: string, revision: number): string =>
  JSON.stringify([stream, revision, `id-${stream}-${revision}`, 'Happened', { n: revision, text: '\u{1F600}'.repeat(revision) }, {}, 1_000]);

const open = (name: string): Environment => {
  const environment = openEnvironment(join(temporaryFolder(), name), 'write');
  if (environment === undefined) throw new Error('It did not open.');
  onTestFinished(() => closeEnvironment(environment));
  return environment;
};

/** The same log, whose blocks are read into one buffer that is longer than each. */
const readingInto = (handOut: (value: Uint8Array) => Buffer, environment: Environment): Environment => ({
  ...environment,
  log: new Proxy(environment.log, {
    get: (log, name) => {
      if (name === 'getBinaryFast') {
        return (key: number) => {
          const value = log.getBinaryFast(key);
          return value === undefined ? undefined : handOut(value);
        };
      }
      if (name === 'getRange') {
        return (...args: Parameters<typeof log.getRange>) => log.getRange(...args).map(({ key, value }) => ({ key, value: handOut(value) }));
      }
      const member: unknown = Reflect.get(log, name);
      return typeof member === 'function' ? (...args: ReadonlyArray<unknown>): unknown => Reflect.apply(member, log, args) : member;
    },
  }),
});

it.each([
  ['of positions that count up', (texts: ReadonlyArray<string>) => encodeBlock(texts, 7)],
  ['of listed positions', (texts: ReadonlyArray<string>) => encodeListedBlock(texts, texts.map((_, index) => 7 + index * 2), 0, 2)],
])('a block %s ends where its length says, in a buffer that is longer', (_, encode) => {
  const texts = [textOf('a', 0), textOf('b', 3)];
  const block = encode(texts);
  const read = reusedReadBuffer()(block);
  expect(parseBlock(read)).toEqual(texts.map((text) => JSON.parse(text) as unknown));
  expect(texts.map((__, index) => entryText(read, index))).toEqual(texts);
  expect(lastPosition(read, 7)).toBe(lastPosition(block, 7));
});

it('a stream and a chunk of positions end where their length says', () => {
  const handOut = reusedReadBuffer();
  const record = { head: 2, tombstoned: false, maxCount: 0, positions: [4, 5, 9] };
  const key = streamKey('s');
  expect(decodeStreamRecord(key, handOut(encodeStreamRecord(key, record)))).toEqual(record);
  const chunk = Array.from({ length: chunkSize }, (_, index) => index * 3);
  const ofChunk = chunkKey('s', 0);
  expect(decodeChunk(ofChunk, handOut(encodeChunk(ofChunk, chunk)))).toEqual(chunk);
});

it('a log is read, scanned and copied in one buffer that is longer than its blocks', async () => {
  const environment = open('log');
  const streams = ['a', 'b', 'c', 'a', 'b', 'c', 'a'];
  const texts = streams.map((stream, index) => textOf(stream, Math.floor(index / 3)));
  await writeNow(environment, 0, () => {
    void environment.log.put(1, encodeBlock(texts.slice(0, 3), 1));
    void environment.log.put(4, encodeBlock(texts.slice(3, 4), 4));
    void environment.log.put(5, encodeListedBlock(texts.slice(4), [5, 8, 9], 0, 2));
  });
  const positions = [1, 2, 3, 4, 5, 8, 9];
  const log = readingInto(reusedReadBuffer(), environment);
  const reader = createLogReader(log);
  expect(reader.readAll({ after: 0, limit: 100 }, 9, new Set()).events.map(({ id, position }) => [id, Number(position)])).toEqual(
    texts.map((text, index) => [(JSON.parse(text) as ReadonlyArray<unknown>)[2], positions[index]]),
  );
  expect(reader.eventsAt([2, 8, 1]).events.map(({ id }) => id)).toEqual(['id-b-0', 'id-c-1', 'id-a-0']);
  const scanned: Array<string> = [];
  reader.scan(0, 9, (entry) => void scanned.push(JSON.stringify(entry)));
  expect(scanned).toEqual(texts);
  expect(reader.last()).toBe(9);

  const copied = open('copy');
  const copy = createLogCopy({ from: log, to: copied, tombstoned: new Set(['b']), format: 2 });
  await copy.copyIndex();
  await copy.copyUpTo(9);
  expect(createLogReader(copied).readAll({ after: 0, limit: 100 }, 9, new Set()).events.map(({ id }) => id)).toEqual(
    texts.filter((text) => !text.startsWith('["b"')).map((text) => (JSON.parse(text) as ReadonlyArray<unknown>)[2]),
  );
});
