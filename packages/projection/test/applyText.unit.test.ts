import { streamNames, type UserId } from '@account-data/domain';
import { arbitraryAccountDataUpdated, arbitraryEventMetadata } from '@account-data/domain/testing';
import { Position, type PositionedEvent, Revision, StreamName } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryProjectionStorage } from '../src/index.js';
import { applyEvent, type Applied } from '../src/model/applyEvent.js';
import { writePending } from '../src/model/flushModel.js';
import { openReadModel, type ReadModel } from '../src/model/ReadModel.js';
import { SlabPool } from '../src/model/Slabs.js';
import { prefixRange, storageTables } from '../src/storage/ProjectionStorage.js';
import { alice, bob, logId, metadataOf } from './harness.js';
import { asText } from './support/asText.js';

const names = streamNames();

const newModel = async (): Promise<ReadModel> => {
  const provider = memoryProjectionStorage();
  const storage = await provider.open(await provider.create());
  const model = await openReadModel({ storage, names, logId, requestKeyWindow: 10, hasForeignEvents: false, pool: new SlabPool() });
  if (typeof model === 'string') throw new Error(model);
  return model;
};

/** Everything that is stored once the model is written. */
const recordsOf = async (model: ReadModel): Promise<ReadonlyArray<readonly [table: string, key: string, record: string]>> => {
  const meta = model.meta();
  const pending = model.turnOver();
  await writePending(model, pending, meta, systemRuntime.timers);
  model.settle(pending, meta.position);
  const records: Array<readonly [string, string, string]> = [];
  for (const table of storageTables) {
    model.storage.scan(table, prefixRange(''), (key, record) => {
      records.push([table, key, record.toString('base64', 0, record.length)]);
    });
  }
  return records;
};

const users = [alice, bob, '@carol:example.org' as UserId] as const;

interface Step {
  readonly user: UserId;
  readonly data: PositionedEvent['data'];
  readonly metadata: PositionedEvent['metadata'];
  readonly id: string;
  readonly created: number;
  /** How many revisions are left out before it. */
  readonly gap: number;
}

const step: fc.Arbitrary<Step> = fc
  .record({
    user: fc.constantFrom(...users),
    isOwn: fc.boolean(),
    room: fc.constantFrom(undefined, null, '!room:example.org', '!other', 'no room', 'é'),
    type: fc.constantFrom(undefined, 'a', 'org.example.theme', '', 'x'.repeat(256)),
    change: arbitraryAccountDataUpdated,
    metadata: fc.oneof(fc.constant(metadataOf()), arbitraryEventMetadata),
    id: fc.oneof(fc.uuid(), fc.constant('no id of 36 characters, as there are')),
    created: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    gap: fc.constantFrom(0, 0, 0, 0, 1, -1),
  })
  .map(({ user, isOwn, room, type, change, metadata, id, created, gap }) => {
    const { data } = change;
    return {
      user,
      data: { userId: isOwn ? user : data.userId, roomId: room === undefined ? data.roomId : room, type: type ?? data.type, content: data.content },
      metadata,
      id,
      created,
      gap,
    };
  });

const eventsOf = (steps: ReadonlyArray<Step>): ReadonlyArray<PositionedEvent> => {
  const heads = new Map<UserId, number>();
  return steps.map(({ user, gap, ...event }, index) => {
    const revision = Math.max(0, (heads.get(user) ?? -1) + 1 + gap);
    heads.set(user, revision);
    const stream = StreamName(names.accountData(user));
    return { ...event, type: 'AccountDataUpdated', stream, revision: Revision(revision), position: Position(index + 1) };
  });
};

const copied = (event: PositionedEvent): PositionedEvent => ({ ...event, data: structuredClone(event.data), metadata: structuredClone(event.metadata) });

describe('events as texts', () => {
  it('are folded to what they are folded to when they are decoded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.boolean(), async (steps, isCounted) => {
        const decoded = await newModel();
        const scanned = await newModel();
        if (isCounted) {
          for (const model of [decoded, scanned]) {
            for (const user of users) Object.assign(model.data.load(user), { keyCount: 0, contentBytes: 0 });
          }
        }
        for (const event of eventsOf(steps)) {
          const isAccepted = event.id.endsWith('0');
          const applied: Applied = applyEvent(decoded, copied(event), isAccepted);
          expect(applyEvent(scanned, asText(copied(event)), isAccepted)).toBe(applied);
        }
        for (const user of users) {
          const { head, time, keyCount, contentBytes } = decoded.data.load(user);
          expect(scanned.data.load(user)).toMatchObject({ head, time, keyCount, contentBytes });
        }
        expect(await recordsOf(scanned)).toEqual(await recordsOf(decoded));
      }),
      { numRuns: 60 },
    );
  });

  it('are not parsed where they are changes as people make them', async () => {
    const model = await newModel();
    const [event] = eventsOf([{ user: alice, data: { userId: alice, roomId: null, type: 'a', content: { n: 1 } }, metadata: metadataOf(), id: systemRuntime.random.uuid(), created: 1, gap: 0 }]);
    if (event === undefined) throw new Error('There is no event.');
    const unreadable = { get: (): never => { throw new Error('It was parsed.'); } };
    expect(applyEvent(model, Object.defineProperties(asText(event), { data: unreadable, metadata: unreadable }), false)).toBe('applied');
    expect(model.position).toBe(1);
  });
});
