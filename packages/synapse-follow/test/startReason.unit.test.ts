import { expect, test } from 'vitest';
import type { FollowProgress } from '../src/index.js';
import type { SlotState, SourceState } from '../src/postgres/SourceState.js';
import { startReason } from '../src/postgres/startReason.js';

const slot: SlotState = { isActive: false, isOurs: true, confirmed: 100n, restart: 90n, walStatus: 'reserved' };
const state: Pick<SourceState, 'slot' | 'systemId' | 'walEnd' | 'tables'> = {
  systemId: '1',
  walEnd: 200n,
  slot,
  tables: [{ table: 'account_data', oid: '7', name: 'account_data', hasIdentity: true, index: 'i', isReadable: true, isOwned: true, isPublished: true }],
};
const progress: FollowProgress = { source: 'postgres', systemId: '1', slot: 's', publication: 'p', phase: 'streaming', confirmed: '0/64', tables: { account_data: '7' }, resynchronised: [] };
const reasonOf = (known: Partial<FollowProgress> | undefined, found: Partial<typeof state>, publicationWasWhole = true) =>
  startReason(known === undefined ? undefined : { ...progress, ...known }, { ...state, ...found } as SourceState, { slot: 's', publicationWasWhole });

test.each([
  ['goes on where it was', {}, {}, true, undefined],
  ['the process ended while it compared', { phase: 'comparing' }, {}, true, 'unfinished'],
  ['another cluster', { systemId: '2' }, {}, true, 'other_database'],
  ['an older copy, with the slot in it', {}, { walEnd: 99n }, true, 'database_put_back'],
  ['an older copy, without the slot', {}, { walEnd: 99n, slot: undefined }, true, 'database_put_back'],
  ['a failover without the slot', {}, { slot: undefined }, true, 'slot_missing'],
  ['a slot that PostgreSQL gave up', {}, { slot: { ...slot, walStatus: 'lost' } }, true, 'slot_lost'],
  ['somebody else read from it', {}, { slot: { ...slot, confirmed: 101n } }, true, 'slot_moved'],
  ['a slot that is behind what is here, as after a crash', {}, { slot: { ...slot, confirmed: 50n } }, true, undefined],
  ['a table was made anew', { tables: { account_data: '6' } }, {}, true, 'table_replaced'],
  ['the publication lacked something', {}, {}, false, 'publication_changed'],
] as const)('where a follow begins: %s', (_what, known, found, isWhole, reason) => {
  expect(reasonOf(known, found, isWhole)).toBe(reason);
});

test('a follow that never was begins with everything, and never takes a slot that it did not make', () => {
  expect(reasonOf(undefined, { slot: undefined })).toBe('first');
  for (const found of [{ slot }, { slot: { ...slot, isOurs: false } }]) expect(() => reasonOf(undefined, found)).toThrow(expect.objectContaining({ code: 'slot_taken' }) as Error);
  expect(() => reasonOf({ slot: 'another' }, { slot })).toThrow(expect.objectContaining({ code: 'slot_taken' }) as Error);
});
