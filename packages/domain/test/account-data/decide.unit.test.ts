import { describe, expect, it } from 'vitest';
import {
  type RevisionCondition,
  type AccountDataCommand,
  type AccountDataType,
  type AccountDataUpdated,
  decideAccountData,
  type DecisionContext,
  defaultLimits,
  emptyUserState,
  type EventMetadata,
  foldAccountData,
  type JsonObject,
  type RecordedAccountDataEvent,
  Revision,
  type RoomId,
} from '@account-data/domain';
import { alice, dark, direct, garden, kitchen, light, metadata, theme, usualContext } from '../given/examples.js';
import { specification } from '../given/given.js';

const updated = (
  type: AccountDataType,
  content: JsonObject,
  roomId: RoomId | null = null,
): AccountDataUpdated => ({ type: 'AccountDataUpdated', data: { userId: alice, roomId, type, content } });

type Past = AccountDataUpdated | { readonly event: AccountDataUpdated; readonly requestKey: EventMetadata['requestKey'] } | 'erased';

const recorded = (past: Past, index: number): RecordedAccountDataEvent => {
  const revision = Revision(index);
  if (past === 'erased') return { event: { type: 'UserErased', data: { userId: alice } }, revision, metadata };
  if (!('event' in past)) return { event: past, revision, metadata };
  const { event, requestKey } = past;
  return { event, revision, metadata: requestKey === undefined ? metadata : { ...metadata, requestKey } };
};

const given = specification(
  (past: ReadonlyArray<Past>) => foldAccountData(emptyUserState)(past.map(recorded)),
  decideAccountData,
  usualContext as DecisionContext,
);

const set = (
  type: AccountDataType,
  content: JsonObject,
  extra: { readonly roomId?: RoomId; readonly ifRevision?: RevisionCondition } = {},
): AccountDataCommand => ({ _tag: 'SetAccountData', userId: alice, roomId: null, type, content, ...extra });

const remove = (
  type: AccountDataType,
  extra: { readonly roomId?: RoomId; readonly ifRevision?: RevisionCondition } = {},
): AccountDataCommand => ({ _tag: 'DeleteAccountData', userId: alice, roomId: null, type, ...extra });

const request = { actor: metadata.actor, key: 'key-1', fingerprint: 'abc' } as const;
const asked = (event: AccountDataUpdated, count = 1, index = 0): Past => ({
  event,
  requestKey: { key: 'key-1', fingerprint: 'abc', count, index },
});

describe('setting account data', () => {
  it('is one event', () => {
    given().when(set(theme, dark)).then(updated(theme, dark));
    given(updated(theme, light)).when(set(theme, dark)).then(updated(theme, dark));
  });

  it('is an event of its room', () => {
    given().when(set(theme, dark, { roomId: kitchen })).then(updated(theme, dark, kitchen));
  });

  it('is an event, too, where the same content is there', () => {
    given(updated(theme, dark)).when(set(theme, dark)).then(updated(theme, dark));
  });

  it('with {} is a deletion, even of what is absent', () => {
    given(updated(theme, dark)).when(set(theme, {})).then(updated(theme, {}));
    given().when(set(theme, {})).then(updated(theme, {}));
  });

  it('hands the very content on that it was given', () => {
    const content = Object.freeze({ theme: 'dark' });
    const decided = decideAccountData(set(theme, content), usualContext)(emptyUserState);
    expect(decided).toMatchObject({ right: { events: [{ data: { content } }] } });
    if (decided._tag === 'Right' && decided.right._tag === 'Accepted') {
      expect(decided.right.events[0]?.data.content).toBe(content);
    }
  });
});

describe('deleting account data', () => {
  it('is one event with content {}', () => {
    given(updated(theme, dark)).when(remove(theme)).then(updated(theme, {}));
  });

  it('is an event, too, where nothing is there', () => {
    given().when(remove(theme)).then(updated(theme, {}));
    given(updated(theme, dark), updated(theme, {})).when(remove(theme)).then(updated(theme, {}));
  });
});

describe('a condition on the revision', () => {
  it('holds at the revision of the last change of that room and type', () => {
    given(updated(theme, dark), updated(direct, light))
      .when(set(theme, light, { ifRevision: Revision(0) }))
      .then(updated(theme, light));
    given(updated(theme, dark), updated(direct, light))
      .when(remove(theme, { ifRevision: Revision(0) }))
      .then(updated(theme, {}));
  });

  it('fails at any other, and tells the current revision and content', () => {
    given(updated(theme, dark), updated(theme, light))
      .when(set(theme, dark, { ifRevision: Revision(0) }))
      .thenError({ code: 'revision_mismatch', current: { revision: Revision(1), content: light } });
  });

  it('is not touched by the same type in a room', () => {
    given(updated(theme, dark), updated(theme, light, kitchen))
      .when(set(theme, light, { ifRevision: Revision(0) }))
      .then(updated(theme, light));
    given(updated(theme, dark, kitchen), updated(theme, light, garden))
      .when(set(theme, light, { roomId: kitchen, ifRevision: Revision(1) }))
      .thenError({ code: 'revision_mismatch', current: { revision: Revision(0), content: dark } });
  });

  it('holds at one of several revisions, and at none where there is no content', () => {
    given(updated(theme, dark)).when(set(theme, light, { ifRevision: [Revision(7), Revision(0)] })).then(updated(theme, light));
    for (const ifRevision of [[Revision(7), Revision(8)], []]) given(updated(theme, dark)).when(set(theme, light, { ifRevision })).thenError({ code: 'revision_mismatch' });
    given().when(set(theme, dark, { ifRevision: [Revision(0)] })).thenError({ code: 'revision_mismatch' });
  });

  it('"absent" holds for what was never set or was deleted', () => {
    given().when(set(theme, dark, { ifRevision: 'absent' })).then(updated(theme, dark));
    given(updated(theme, dark), updated(theme, {}))
      .when(set(theme, dark, { ifRevision: 'absent' }))
      .then(updated(theme, dark));
    given().when(remove(theme, { ifRevision: 'absent' })).then(updated(theme, {}));
    given(updated(theme, dark))
      .when(set(theme, light, { ifRevision: 'absent' }))
      .thenError({ code: 'revision_mismatch', current: { revision: Revision(0), content: dark } });
  });

  it('"present" holds for whatever has content, at any revision', () => {
    given(updated(theme, dark), updated(theme, light))
      .when(set(theme, dark, { ifRevision: 'present' }))
      .then(updated(theme, dark));
    given(updated(theme, dark)).when(remove(theme, { ifRevision: 'present' })).then(updated(theme, {}));
    given().when(set(theme, dark, { ifRevision: 'present' })).thenError({ code: 'revision_mismatch', current: null });
    given(updated(theme, dark), updated(theme, {}))
      .when(set(theme, light, { ifRevision: 'present' }))
      .thenError({ code: 'revision_mismatch', current: null });
    given(updated(theme, dark, kitchen))
      .when(remove(theme, { ifRevision: 'present' }))
      .thenError({ code: 'revision_mismatch', current: null });
  });

  it('on a revision fails for what is absent, at the revision of its deletion, too', () => {
    given().when(set(theme, dark, { ifRevision: Revision(0) })).thenError({ code: 'revision_mismatch', current: null });
    given(updated(theme, dark), updated(theme, {}))
      .when(set(theme, dark, { ifRevision: Revision(1) }))
      .thenError({ code: 'revision_mismatch', current: null });
  });
});

describe('a request key', () => {
  it('that is new does not matter', () => {
    given(updated(theme, dark)).when(set(theme, light), { request }).then(updated(theme, light));
  });

  it('with the same payload gets the first answer again', () => {
    given(updated(direct, light), asked(updated(theme, dark)))
      .when(set(theme, dark), { request })
      .thenRepeated(Revision(1), 1);
  });

  it('of a request with several events answers with all of them', () => {
    given(updated(direct, light), asked(updated(theme, dark), 2, 0), asked(updated(direct, dark), 2, 1), updated(theme, light))
      .when(set(theme, dark), { request })
      .thenRepeated(Revision(1), 2);
  });

  it('is answered before its condition, which its own first success has made false', () => {
    given(asked(updated(theme, dark)))
      .when(set(theme, dark, { ifRevision: 'absent' }), { request })
      .thenRepeated(Revision(0), 1);
  });

  it('with another payload is refused', () => {
    given(asked(updated(theme, dark)))
      .when(set(theme, light), { request: { ...request, fingerprint: 'xyz' } })
      .thenError({ code: 'request_key_reused' });
  });

  it('counts per actor, kind and id', () => {
    const past = asked(updated(theme, dark));
    for (const actor of [
      { kind: 'service', id: metadata.actor.id },
      { kind: 'user', id: '@other:example.org' },
    ] as const) {
      given(past).when(set(theme, light), { request: { ...request, actor } }).then(updated(theme, light));
    }
  });

  it('is forgotten when the stream has moved on by the window', () => {
    const limits = { ...defaultLimits, requestKeyWindow: 2 };
    given(asked(updated(theme, dark)), updated(theme, light)).when(set(theme, dark), { request, limits }).thenRepeated(Revision(0), 1);
    given(asked(updated(theme, dark)), updated(theme, light), updated(theme, light))
      .when(set(theme, dark), { request, limits })
      .then(updated(theme, dark));
  });
});

describe('the limit on keys', () => {
  const limits = { ...defaultLimits, maxKeysPerUser: 2 };
  const full = [updated(theme, dark), updated(theme, dark, kitchen)] as const;

  it('refuses a new key', () => {
    given(...full).when(set(direct, dark), { limits }).thenError({ code: 'too_many_keys', limit: 2 });
    given(...full).when(set(theme, dark, { roomId: garden }), { limits }).thenError({ code: 'too_many_keys' });
  });

  it('does not refuse a change or deletion', () => {
    given(...full).when(set(theme, light), { limits }).then(updated(theme, light));
    given(...full).when(remove(theme), { limits }).then(updated(theme, {}));
    given(...full).when(remove(direct), { limits }).then(updated(direct, {}));
  });

  it('does not count deleted keys', () => {
    given(...full, updated(theme, {})).when(set(direct, dark), { limits }).then(updated(direct, dark));
    given(...full, updated(theme, {}), updated(direct, dark))
      .when(set(theme, dark), { limits })
      .thenError({ code: 'too_many_keys' });
  });
});

describe('the limit on bytes', () => {
  const size = JSON.stringify(dark).length;
  const limits = { ...defaultLimits, maxBytesPerUser: 2 * size };
  const full = [updated(theme, dark), updated(theme, dark, kitchen)] as const;

  it('takes what reaches it, and refuses one byte more, as a new key or a larger content', () => {
    given(updated(theme, dark)).when(set(direct, dark), { limits }).then(updated(direct, dark));
    given(...full).when(set(direct, { a: 1 }), { limits }).thenError({ code: 'too_much_data', limit: 2 * size });
    given(...full).when(set(theme, { ...dark, a: 1 }), { limits }).thenError({ code: 'too_much_data' });
    given(...full, updated(theme, {})).when(set(direct, dark), { limits }).then(updated(direct, dark));
  });

  it('counts bytes of UTF-8', () => {
    const exact = { ...defaultLimits, maxBytesPerUser: Buffer.byteLength('{"a":"ü€😀"}') };
    given().when(set(theme, { a: 'ü€😀' }), { limits: exact }).then(updated(theme, { a: 'ü€😀' }));
    given().when(set(theme, { a: 'ü€😀' }), { limits: { ...exact, maxBytesPerUser: exact.maxBytesPerUser - 1 } })
      .thenError({ code: 'too_much_data' });
  });

  it('never refuses what deletes or shrinks, or leaves the size, also far beyond it', () => {
    const tiny = { ...limits, maxBytesPerUser: 1 };
    given(...full).when(remove(theme), { limits: tiny }).then(updated(theme, {}));
    given(...full).when(set(theme, {}), { limits: tiny }).then(updated(theme, {}));
    given(...full).when(set(theme, { a: 1 }), { limits: tiny }).then(updated(theme, { a: 1 }));
    given(...full).when(set(theme, dark), { limits: tiny }).then(updated(theme, dark));
  });
});

describe('suppressing what changes nothing', () => {
  const suppressUnchanged = true;

  it('appends nothing for the same content, in whatever order its keys are', () => {
    given(updated(theme, { a: 1, b: [2] })).when(set(theme, { b: [2], a: 1 }), { suppressUnchanged }).then();
  });

  it('appends nothing for deleting what is absent', () => {
    given().when(remove(theme), { suppressUnchanged }).then();
    given(updated(theme, dark), updated(theme, {})).when(set(theme, {}), { suppressUnchanged }).then();
  });

  it('appends what changes something', () => {
    given(updated(theme, dark)).when(set(theme, light), { suppressUnchanged }).then(updated(theme, light));
    given(updated(theme, dark)).when(remove(theme), { suppressUnchanged }).then(updated(theme, {}));
    given(updated(theme, dark)).when(set(theme, dark, { roomId: kitchen }), { suppressUnchanged }).then(updated(theme, dark, kitchen));
  });

  it('does not hide a failed condition', () => {
    given(updated(theme, dark))
      .when(set(theme, dark, { ifRevision: 'absent' }), { suppressUnchanged })
      .thenError({ code: 'revision_mismatch' });
  });
});

describe('an erased user', () => {
  it('is refused everything, also a request that was accepted before', () => {
    given(updated(theme, dark), 'erased').when(set(theme, dark)).thenError({ code: 'user_erased', userId: alice });
    given('erased').when(remove(theme)).thenError({ code: 'user_erased' });
    given(asked(updated(theme, dark)), 'erased').when(set(theme, dark), { request }).thenError({ code: 'user_erased' });
  });

  it('stays erased, whatever a replay delivers after it', () => {
    given('erased', updated(theme, dark)).when(set(theme, dark)).thenError({ code: 'user_erased' });
  });
});
