import type { TagsState, UserState } from '@account-data/domain';
import { type AccountDataLog, type StateEntry, type StreamMoment, diffStates } from '@account-data/engine';
import { Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../../Refusal.js';
import type { Entry, Moment, PastState, Target } from '../Target.js';
import { logRefusal, needsServer } from './logRefusal.js';

const streamMoment = (at: Moment): E.Either<Refusal, StreamMoment> => {
  if ('position' in at) return E.left(needsServer('What a position of the log is in the stream of a user is known to a server.'));
  return E.right('revision' in at ? { revision: Revision(at.revision) } : at);
};

const entriesOf = (state: UserState): ReadonlyArray<StateEntry> =>
  [...state.entries].flatMap(([roomId, ofRoom]) =>
    [...ofRoom].flatMap(([type, { content, deleted, revision }]) => (deleted ? [] : [{ roomId, type, content, revision, deleted }])),
  );

const tagsOf = (state: TagsState): NonNullable<PastState['tags']> =>
  [...state.entries].flatMap(([roomId, ofRoom]) => {
    const tags = Object.fromEntries([...ofRoom].flatMap(([tag, { content, deleted }]) => (deleted ? [] : [[tag, content]])));
    return Object.keys(tags).length === 0 ? [] : [{ roomId, tags }];
  });

/** What was, folded from the streams of the user alone. */
export const logTimeTravel = (log: AccountDataLog): Pick<Target, 'asOf' | 'diff'> => {
  const stateAt = (userId: string, at: Moment | undefined): TE.TaskEither<Refusal, ReadonlyArray<StateEntry>> =>
    pipe(
      at === undefined ? E.right(undefined) : streamMoment(at),
      TE.fromEither,
      TE.chain((moment) => pipe(log.state(userId, moment), TE.bimap(logRefusal, entriesOf))),
    );
  return {
    asOf: (userId, at) =>
      pipe(
        stateAt(userId, at),
        TE.chain((entries): TE.TaskEither<Refusal, PastState> => {
          const listed = entries.map(({ roomId, type, content, revision }): Entry => ({ userId, roomId, type, content, revision })).sort(inOrder);
          // Where a revision of account data stands among the tags, the streams do not tell.
          if (!('time' in at)) return TE.right({ entries: listed, tags: undefined });
          return pipe(
            log.tagState(userId, at),
            TE.bimap(logRefusal, (state) => ({ entries: listed, tags: tagsOf(state) })),
          );
        }),
      ),
    diff: ({ userId, from, to, roomId, type }) =>
      pipe(
        TE.Do,
        TE.bind('before', () => stateAt(userId, from)),
        TE.bind('after', () => stateAt(userId, to)),
        TE.map(({ before, after }) =>
          diffStates(before, after, { ...(roomId === undefined ? {} : { roomId }), ...(type === undefined ? {} : { type }) }),
        ),
      ),
  };
};

/** What belongs to no room first. */
const inOrder = (a: Entry, b: Entry): number => {
  const [keyA, keyB] = [[a.roomId ?? '', a.type], [b.roomId ?? '', b.type]].map((key) => key.join('\0'));
  return (keyA ?? '') < (keyB ?? '') ? -1 : 1;
};
