import * as E from 'fp-ts/lib/Either.js';
import { type Decision, type DecisionContext, decideRequestKey } from '../Decision.js';
import {
  type InvalidInput,
  type RequestKeyReused,
  type TooManyKeys,
  type TooMuchData,
  type UserErasedError,
  invalidInput,
  tooManyKeys,
  tooMuchData,
  userErased,
} from '../Errors.js';
import { emptyContent, isEmptyContent, jsonEquals } from '../json/jsonEquals.js';
import { growsBeyondByteLimit, isNearByteLimit } from '../keyed/contentBytes.js';
import type { EntryView } from '../keyed/KeyedView.js';
import type { AccountDataCommand, RevisionCondition } from './Commands.js';
import { type RevisionMismatch, revisionMismatch } from './Errors.js';
import type { AccountDataUpdated } from './Events.js';
import { accountDataAfter } from './Evolve.js';
import type { UserView } from './State.js';

/** Why a well-formed command is refused by the state of its user. @category errors */
export type AccountDataRefusal = RevisionMismatch | TooManyKeys | TooMuchData | RequestKeyReused | UserErasedError;

/** The first command of a batch that was refused, and why. @category errors */
export interface RefusedInBatch {
  readonly index: number;
  readonly error: AccountDataRefusal | InvalidInput;
}

/**
 * Decides a command on what the user's account data stream comes to. Every accepted set or delete is one event, also of
 * what is there already or absent, as in Synapse. A set with content `{}` is a deletion.
 *
 * Checked in this order: erasure, request key, `ifRevision`, number of keys, bytes.
 *
 * @category deciders
 */
export const decideAccountData =
  (command: AccountDataCommand, context: DecisionContext) =>
  (view: UserView): E.Either<AccountDataRefusal, Decision<AccountDataUpdated>> => {
    if (view.erased) return E.left(userErased(command.userId));
    if (context.request !== undefined) {
      const known = decideRequestKey(context.request, context.limits, view);
      if (known !== undefined) return known;
    }
    const outcome = decideOne(command, context, view);
    if (outcome === undefined) return unchanged;
    return 'code' in outcome ? E.left(outcome) : E.right({ _tag: 'Accepted', events: [outcome] });
  };

/**
 * Decides commands of one user in order, each on what the ones before it leave: all of them, or the first refusal. A
 * request key counts for the whole batch.
 *
 * @category deciders
 */
export const decideAccountDataBatch =
  (commands: ReadonlyArray<AccountDataCommand>, context: DecisionContext) =>
  (view: UserView): E.Either<RefusedInBatch, Decision<AccountDataUpdated>> => {
    const first = commands[0];
    if (first === undefined) return unchanged;
    if (view.erased) return E.left({ index: 0, error: userErased(first.userId) });
    if (context.request !== undefined) {
      const known = decideRequestKey(context.request, context.limits, view);
      if (known !== undefined) return E.mapLeft((error: RequestKeyReused) => ({ index: 0, error }))(known);
    }
    const events: Array<AccountDataUpdated> = [];
    let current = view;
    for (let index = 0; index < commands.length; index += 1) {
      const command = commands[index] as AccountDataCommand;
      if (command.userId !== first.userId) return E.left({ index, error: severalUsers });
      const outcome = decideOne(command, context, current);
      if (outcome === undefined) continue;
      if ('code' in outcome) return E.left({ index, error: outcome });
      events.push(outcome);
      if (index + 1 < commands.length) current = accountDataAfter(current)([{ event: outcome, metadata: noRequest }]);
    }
    return E.right({ _tag: 'Accepted', events });
  };

/** Undefined where nothing would change and that is to be suppressed. Keys are looked up only where it matters. */
const decideOne = (
  command: AccountDataCommand,
  context: DecisionContext,
  view: UserView,
): RevisionMismatch | TooManyKeys | TooMuchData | AccountDataUpdated | undefined => {
  const { userId, roomId, type, ifRevision } = command;
  const content = command._tag === 'DeleteAccountData' ? emptyContent : command.content;
  const deletes = isEmptyContent(content);
  const { maxKeysPerUser } = context.limits;
  const mayExceed =
    !deletes && (view.keyCountBound ?? view.keyCount) >= maxKeysPerUser && view.keyCount >= maxKeysPerUser;
  const mayExceedBytes = !deletes && isNearByteLimit(view, context.limits);
  if (ifRevision !== undefined || mayExceed || mayExceedBytes || context.suppressUnchanged) {
    const current = live(view.entry(roomId, type));
    if (ifRevision !== undefined && !holds(ifRevision, current)) {
      return revisionMismatch(current === undefined ? null : { revision: current.revision, content: current.content });
    }
    if (mayExceed && current === undefined) return tooManyKeys(maxKeysPerUser);
    if (mayExceedBytes && growsBeyondByteLimit(view, current, content, context.limits)) {
      return tooMuchData(context.limits.maxBytesPerUser);
    }
    if (context.suppressUnchanged && jsonEquals(current?.content ?? emptyContent, content)) return undefined;
  }
  return { type: 'AccountDataUpdated', data: { userId, roomId, type, content } };
};

const holds = (condition: RevisionCondition, current: EntryView | undefined): boolean => {
  if (condition === 'present') return current !== undefined;
  if (typeof condition === 'object') return current !== undefined && condition.includes(current.revision);
  return (current?.revision ?? 'absent') === condition;
};

const live = (entry: EntryView | undefined): EntryView | undefined =>
  entry === undefined || entry.deleted ? undefined : entry;

const unchanged: E.Either<never, Decision<never>> = E.right({ _tag: 'Accepted', events: [] });

/** Within a batch its own request key is not looked up again. */
const noRequest = { actor: { kind: 'service', id: '' } } as const;

const severalUsers = invalidInput('several_users', '/userId', 'The commands of a batch must be of one user.');
