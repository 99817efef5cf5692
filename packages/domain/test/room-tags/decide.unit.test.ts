import { describe, it } from 'vitest';
import {
  decideRoomTag,
  type DecisionContext,
  defaultLimits,
  emptyTagsState,
  foldRoomTags,
  type JsonObject,
  type RecordedRoomTagEvent,
  Revision,
  type RoomTagCommand,
  type RoomTagRemoved,
  type RoomTagSet,
} from '@account-data/domain';
import { alice, favourite, garden, kitchen, metadata, usualContext, work } from '../given/examples.js';
import { specification } from '../given/given.js';

const first: JsonObject = { order: 0.25 };

const tagged = (data: Partial<RoomTagSet['data']> = {}): RoomTagSet => ({
  type: 'RoomTagSet',
  data: { userId: alice, roomId: kitchen, tag: favourite, content: first, ...data },
});
const untagged = (data: Partial<RoomTagRemoved['data']> = {}): RoomTagRemoved => ({
  type: 'RoomTagRemoved',
  data: { userId: alice, roomId: kitchen, tag: favourite, ...data },
});
const set = (data: Partial<RoomTagSet['data']> = {}): RoomTagCommand => ({ _tag: 'SetRoomTag', ...tagged(data).data });
const remove = (data: Partial<RoomTagRemoved['data']> = {}): RoomTagCommand => ({
  _tag: 'RemoveRoomTag',
  ...untagged(data).data,
});

type Past = RecordedRoomTagEvent['event'];
const requestKey = { key: 'key-1', fingerprint: 'abc', count: 1, index: 0 } as const;
const request = { actor: metadata.actor, key: 'key-1', fingerprint: 'abc' } as const;

const given = specification(
  (past: ReadonlyArray<Past>) =>
    foldRoomTags(emptyTagsState)(
      past.map((event, index) => ({ event, revision: Revision(index), metadata: index === 0 ? { ...metadata, requestKey } : metadata })),
    ),
  decideRoomTag,
  usualContext as DecisionContext,
);

describe('setting a tag', () => {
  it('is one event, also of what is there already', () => {
    given().when(set()).then(tagged());
    given(tagged()).when(set()).then(tagged());
  });

  it('with {} is a tag without an order, not a removal', () => {
    given(tagged()).when(set({ content: {} })).then(tagged({ content: {} }));
  });

  it('is refused beyond the limit on keys, unless the tag is there', () => {
    const limits = { ...defaultLimits, maxKeysPerUser: 1 };
    given(tagged({ content: {} })).when(set({ tag: work }), { limits }).thenError({ code: 'too_many_keys', limit: 1 });
    given(tagged()).when(set({ roomId: garden }), { limits }).thenError({ code: 'too_many_keys' });
    given(tagged()).when(set({ content: {} }), { limits }).then(tagged({ content: {} }));
    given(tagged(), untagged()).when(set({ tag: work }), { limits }).then(tagged({ tag: work }));
  });
});

describe('the limit on bytes', () => {
  it('refuses what adds beyond it, not what is as small or is removed', () => {
    const limits = { ...defaultLimits, maxBytesPerUser: 2 };
    given(tagged({ content: {} })).when(set({ tag: work }), { limits }).thenError({ code: 'too_much_data', limit: 2 });
    given(tagged()).when(set(), { limits }).then(tagged());
    given(tagged()).when(remove(), { limits }).then(untagged());
    given(tagged(), untagged()).when(set({ content: {} }), { limits }).then(tagged({ content: {} }));
  });
});

describe('removing a tag', () => {
  it('is one event, also of what is absent', () => {
    given(tagged()).when(remove()).then(untagged());
    given().when(remove()).then(untagged());
  });
});

describe('suppressing what changes nothing', () => {
  const suppressUnchanged = true;

  it('appends only what changes something', () => {
    given(tagged()).when(set(), { suppressUnchanged }).then();
    given(tagged()).when(set({ content: {} }), { suppressUnchanged }).then(tagged({ content: {} }));
    given(tagged({ content: {} })).when(set({ content: {} }), { suppressUnchanged }).then();
    given().when(set({ content: {} }), { suppressUnchanged }).then(tagged({ content: {} }));
    given().when(remove(), { suppressUnchanged }).then();
    given(tagged({ content: {} })).when(remove(), { suppressUnchanged }).then(untagged());
  });
});

describe('a request key', () => {
  it('answers the same payload again and refuses another', () => {
    given(tagged()).when(set(), { request }).thenRepeated(Revision(0), 1);
    given(tagged()).when(remove(), { request: { ...request, fingerprint: 'xyz' } }).thenError({ code: 'request_key_reused' });
  });
});

describe('an erased user', () => {
  it('is refused everything', () => {
    given(tagged(), { type: 'UserErased', data: { userId: alice } }).when(set()).thenError({ code: 'user_erased' });
    given({ type: 'UserErased', data: { userId: alice } }).when(remove()).thenError({ code: 'user_erased' });
  });
});
