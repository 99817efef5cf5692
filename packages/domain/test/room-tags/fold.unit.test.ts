import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideRoomTag,
  defaultLimits,
  emptyTagsState,
  evolveRoomTags,
  foldRoomTags,
  type RecordedRoomTagEvent,
  Revision,
  type RoomTagEvent,
  roomTagsAfter,
} from '@account-data/domain';
import { alice, favourite, garden, kitchen, metadata, work } from '../given/examples.js';

const rooms = [kitchen, garden] as const;
const tags = [favourite, work] as const;

const arbitraryEvent: fc.Arbitrary<RoomTagEvent> = fc
  .tuple(fc.constantFrom(...rooms), fc.constantFrom(...tags), fc.option(fc.constantFrom({}, { order: 0.5 }), { nil: undefined }))
  .map(([roomId, tag, content]) =>
    content === undefined
      ? { type: 'RoomTagRemoved', data: { userId: alice, roomId, tag } }
      : { type: 'RoomTagSet', data: { userId: alice, roomId, tag, content } },
  );

const placed = (events: ReadonlyArray<RoomTagEvent>): ReadonlyArray<RecordedRoomTagEvent> =>
  events.map((event, index) => ({ event, revision: Revision(index), metadata }));

const arbitraryStream = fc.array(arbitraryEvent, { maxLength: 15 });

describe('the tags of a user', () => {
  it('are what was set and not removed since, {} included', () => {
    fc.assert(
      fc.property(arbitraryStream, (events) => {
        const state = foldRoomTags(emptyTagsState)(placed(events));
        const expected = new Map<string, unknown>();
        for (const { type, data } of events) {
          if (type === 'RoomTagSet') expected.set(data.roomId + data.tag, data.content);
          else expected.delete(data.roomId + data.tag);
        }
        for (const room of rooms) {
          for (const tag of tags) {
            const entry = state.entry(room, tag);
            expect(entry?.deleted === false ? entry.content : undefined).toStrictEqual(expected.get(room + tag));
          }
        }
        expect(state.keyCount).toBe(expected.size);
        expect(state.head).toBe(events.length === 0 ? 'no-stream' : String(events.length - 1));
      }),
    );
  });

  it('fold from anywhere, event by event or at once', () => {
    fc.assert(
      fc.property(arbitraryStream, fc.nat(15), (events, at) => {
        const stream = placed(events);
        const whole = foldRoomTags(emptyTagsState)(stream);
        expect(foldRoomTags(foldRoomTags(emptyTagsState)(stream.slice(0, at)))(stream.slice(at))).toStrictEqual(whole);
        expect(stream.reduce((state, event) => evolveRoomTags(state)(event), emptyTagsState)).toStrictEqual(whole);
      }),
    );
  });

  it('after more events decide as the state after them', () => {
    fc.assert(
      fc.property(arbitraryStream, arbitraryStream, arbitraryEvent, fc.nat(3), fc.boolean(), (xs, ys, event, maxKeysPerUser, suppressUnchanged) => {
        const context = { limits: { ...defaultLimits, maxKeysPerUser }, suppressUnchanged };
        const command =
          event.type === 'RoomTagSet'
            ? ({ _tag: 'SetRoomTag', ...event.data } as const)
            : ({ _tag: 'RemoveRoomTag', ...event.data } as const);
        const after = roomTagsAfter(foldRoomTags(emptyTagsState)(placed(xs)))(ys.map((y) => ({ event: y, metadata })));
        const state = foldRoomTags(emptyTagsState)(placed([...xs, ...ys]));
        expect(decideRoomTag(command, context)(after)).toStrictEqual(decideRoomTag(command, context)(state));
      }),
      { numRuns: 300 },
    );
  });
});
