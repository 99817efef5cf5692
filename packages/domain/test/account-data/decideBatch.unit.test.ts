import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import {
  type AccountDataCommand,
  type AccountDataUpdated,
  decideAccountDataBatch,
  type DecisionContext,
  defaultLimits,
  emptyUserState,
  foldAccountData,
  type RecordedAccountDataEvent,
  Revision,
} from '@account-data/domain';
import { alice, bob, dark, direct, light, metadata, theme, usualContext } from '../given/examples.js';

const updated = (data: Partial<AccountDataUpdated['data']>): AccountDataUpdated => ({
  type: 'AccountDataUpdated',
  data: { userId: alice, roomId: null, type: theme, content: dark, ...data },
});

const set = (command: Partial<AccountDataCommand> = {}): AccountDataCommand => ({
  _tag: 'SetAccountData',
  userId: alice,
  roomId: null,
  type: theme,
  content: dark,
  ...command,
});

const remove = (command: Partial<AccountDataCommand> = {}): AccountDataCommand =>
  ({ _tag: 'DeleteAccountData', userId: alice, roomId: null, type: theme, ...command }) as AccountDataCommand;

const decide = (
  past: ReadonlyArray<RecordedAccountDataEvent>,
  commands: ReadonlyArray<AccountDataCommand>,
  context: Partial<DecisionContext> = {},
) => decideAccountDataBatch(commands, { ...usualContext, ...context })(foldAccountData(emptyUserState)(past));

const accepted = (...events: ReadonlyArray<AccountDataUpdated>) => E.right({ _tag: 'Accepted', events });

describe('a batch', () => {
  it('is all its events, in order', () => {
    expect(decide([], [set(), set({ type: direct }), remove()])).toStrictEqual(
      accepted(updated({}), updated({ type: direct }), updated({ content: {} })),
    );
  });

  it('of nothing is accepted with nothing', () => {
    expect(decide([], [])).toStrictEqual(accepted());
  });

  it('is decided command by command on what the ones before leave', () => {
    expect(decide([], [set(), set({ type: direct, ifRevision: 'absent' }), set({ content: light, ifRevision: Revision(0) })])).toStrictEqual(
      accepted(updated({}), updated({ type: direct }), updated({ content: light })),
    );
    expect(decide([], [set(), remove(), set({ ifRevision: 'absent' })])).toStrictEqual(
      accepted(updated({}), updated({ content: {} }), updated({})),
    );
    expect(decide([], [set(), set()], { suppressUnchanged: true })).toStrictEqual(accepted(updated({})));
  });

  it('is refused as a whole by its first refused command', () => {
    expect(decide([], [set(), set({ ifRevision: 'absent' }), set({ userId: bob })])).toMatchObject(
      E.left({ index: 1, error: { code: 'revision_mismatch', current: { revision: Revision(0), content: dark } } }),
    );
  });

  it('counts the bytes that it adds and frees itself', () => {
    const limits = { ...defaultLimits, maxBytesPerUser: JSON.stringify(dark).length };
    expect(decide([], [set(), set({ type: direct })], { limits })).toMatchObject(
      E.left({ index: 1, error: { code: 'too_much_data' } }),
    );
    expect(decide([], [set(), remove(), set({ type: direct })], { limits })).toMatchObject(E.right({ _tag: 'Accepted' }));
  });

  it('counts the keys that it makes and deletes itself', () => {
    const limits = { ...defaultLimits, maxKeysPerUser: 1 };
    expect(decide([], [set(), set({ type: direct })], { limits })).toMatchObject(
      E.left({ index: 1, error: { code: 'too_many_keys' } }),
    );
    expect(decide([], [set(), remove(), set({ type: direct })], { limits })).toMatchObject(E.right({ _tag: 'Accepted' }));
  });

  it('is of one user', () => {
    expect(decide([], [set(), set({ userId: bob })])).toMatchObject(
      E.left({ index: 1, error: { code: 'several_users' } }),
    );
  });

  it('is refused for an erased user', () => {
    const erased = { event: { type: 'UserErased', data: { userId: alice } }, revision: Revision(0), metadata } as const;
    expect(decide([erased], [set()])).toMatchObject(E.left({ index: 0, error: { code: 'user_erased' } }));
  });

  it('is repeated or refused by its request key as a whole', () => {
    const past = [0, 1].map((index) => ({
      event: updated({}),
      revision: Revision(index),
      metadata: { ...metadata, requestKey: { key: 'k', fingerprint: 'f', count: 2, index } },
    }));
    const request = { actor: metadata.actor, key: 'k', fingerprint: 'f' };
    expect(decide(past, [set(), set()], { request })).toMatchObject(
      E.right({ _tag: 'Repeated', firstRevision: '0', count: 2 }),
    );
    expect(decide(past, [set(), set()], { request: { ...request, fingerprint: 'g' } })).toMatchObject(
      E.left({ index: 0, error: { code: 'request_key_reused' } }),
    );
  });
});
