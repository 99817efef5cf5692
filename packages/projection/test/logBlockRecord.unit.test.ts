import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logBlockOf, type LogRow, logRowsOf } from '../src/records/logBlock.js';
import { encodeLogBlock, parseLogBlock } from '../src/records/logBlockRecord.js';

const stored = (rows: ReadonlyArray<LogRow>): ReadonlyArray<LogRow> => logRowsOf(parseLogBlock(encodeLogBlock(logBlockOf(rows))));

const time = fc.oneof(
  fc.integer({ min: 1.7e12, max: 1.8e12 }),
  fc.constantFrom(0, -1, 0.5, 2 ** 31, 2 ** 48, 2 ** 53 - 1, -1e300, 1e300, 8.64e15),
);
const name = fc.constantFrom('a', 'b', 'user000001', '\u{1F600}', 'x'.repeat(100));
const rowsOf = fc
  .record({
    times: fc.array(time, { minLength: 1, maxLength: 300 }),
    steps: fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, 2 ** 31, 2 ** 45)), { minLength: 300, maxLength: 300 }),
    first: fc.constantFrom(0, 1, 127, 128, 2 ** 32, 2 ** 50),
    users: fc.array(fc.tuple(name, fc.constantFrom('example.org', 'example.org:8448', 'b.example')), { minLength: 300, maxLength: 300 }),
    revisions: fc.array(fc.oneof(fc.nat(300), fc.constantFrom(127, 128, 16_383, 16_384, 0xffff_ffff)), { minLength: 300, maxLength: 300 }),
    isImport: fc.boolean(),
  })
  .map(({ times, steps, first, users, revisions, isImport }): ReadonlyArray<LogRow> => {
    let position = first;
    let latest = -Infinity;
    return times.map((made, i) => {
      position += steps[i] ?? 1;
      latest = Math.max(latest, made);
      const [local, server] = users[i] ?? ['a', 'example.org'];
      return { position, time: latest, made: isImport ? made : latest, revision: revisions[i] ?? 0, type: `org.example.${String(i % 200)}`, userId: `@${local}:${server}` };
    });
  });

describe('a block of the log index', () => {
  it('is read as it was written, whatever its numbers and names', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        expect(stored(rows)).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });

  it('takes less than 24 bytes a change of as many users as there are changes', () => {
    const rows = Array.from({ length: 256 }, (_, n): LogRow => {
      const at = 1_700_000_000_000 + n * 3;
      return { position: 1_000_000 + n, time: at, made: at, revision: n % 10, type: 'org.example.settings', userId: `@user${String(n * 7919).padStart(7, '0')}:example.org` };
    });
    expect(encodeLogBlock(logBlockOf(rows)).length / rows.length).toBeLessThan(24);
  });
});
