import type { Moment, MomentQuery } from '@account-data/client';
import type { TagsState, UserState } from '@account-data/domain';
import type { AccountDataLog, StateEntry, StreamMoment } from '@account-data/engine/log';
import type { FoundTags, Target } from '../Target.js';
import { answerOf, needsServer } from './folderError.js';

/** @throws ClientError `needs_server` of a position */
const streamMoment = (at: Moment): StreamMoment => {
  if ('position' in at) throw needsServer('What a position of the log is in the stream of a user is known to a server.');
  return at;
};

const momentOf = ({ atRevision, atPosition, atTime, by }: MomentQuery): StreamMoment | undefined => {
  if (atPosition !== undefined) return streamMoment({ position: atPosition });
  if (atRevision !== undefined) return { revision: atRevision };
  return atTime === undefined ? undefined : { time: atTime, ...(by === undefined ? {} : { by }) };
};

const entriesOf = (state: UserState): ReadonlyArray<StateEntry> =>
  [...state.entries].flatMap(([roomId, ofRoom]) =>
    [...ofRoom].flatMap(([type, { content, deleted, revision }]) => (deleted ? [] : [{ roomId, type, content, revision, deleted }])),
  );

const tagsOf = (state: TagsState): ReadonlyArray<FoundTags> =>
  [...state.entries].flatMap(([roomId, ofRoom]) => {
    const tags = Object.fromEntries([...ofRoom].flatMap(([tag, { content, deleted }]) => (deleted ? [] : [[tag, content]])));
    return Object.keys(tags).length === 0 ? [] : [{ roomId, tags }];
  });

/** What is and what was, folded from the streams of the user alone. */
export const folderTimeTravel = (log: AccountDataLog): Pick<Target, 'entries' | 'tags' | 'diff'> => {
  const stateAt = async (userId: string, at: StreamMoment | undefined): Promise<ReadonlyArray<StateEntry>> => entriesOf(await answerOf(log.state(userId, at)));
  return {
    async *entries(userId, query = {}) {
      const entries = await stateAt(userId, momentOf(query));
      yield* [...entries].sort(inOrder);
    },
    tags: async (userId, query = {}) => {
      const at = momentOf(query);
      if (at !== undefined && 'revision' in at) throw needsServer('Which tags there were at a revision of account data is known to a server.');
      return tagsOf(await answerOf(log.tagState(userId, at)));
    },
    diff: async (userId, { from, to, roomId, type }) => {
      const [before, after] = [await stateAt(userId, streamMoment(from)), await stateAt(userId, to === undefined ? undefined : streamMoment(to))];
      const { diffStates } = await import('@account-data/engine');
      return { changes: diffStates(before, after, { ...(roomId === undefined ? {} : { roomId }), ...(type === undefined ? {} : { type }) }) };
    },
  };
};

/** What belongs to no room first. */
const inOrder = (a: StateEntry, b: StateEntry): number => {
  const [keyA, keyB] = [[a.roomId ?? '', a.type], [b.roomId ?? '', b.type]].map((key) => key.join('\0'));
  return (keyA ?? '') < (keyB ?? '') ? -1 : 1;
};
