import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { exactTime } from '../text/times.js';
import { KeyChange } from './KeyChange.js';
import { tagChanges } from './tagChanges.js';
import type { Moment } from './useMoment.js';

interface Props {
  readonly userId: string;
  readonly from: Moment;
  readonly to: Moment;
  /** What the two are called. */
  readonly label: string;
}

/** What differs of account data and of room tags between two moments, key by key. */
export const Comparison = ({ userId, from, to, label }: Props): ReactNode => {
  const { client } = useSession();
  const id = useId();
  const { data, error } = useQuery({
    queryKey: ['diff', userId, from.position, to.position],
    queryFn: ({ signal }) => client.diff(userId, { from: { position: from.position }, to: { position: to.position }, signal }),
    placeholderData: keepPreviousData,
  });
  if (error !== null) return <Problem error={error} />;
  const ofTags = tagChanges(from.tags, to.tags);
  return (
    <section aria-labelledby={`${id}diff`}>
      <h2 id={`${id}diff`}>{label}, {exactTime(to.time)}</h2>
      {data?.changes.length === 0 && ofTags.length === 0 ? <p className="quiet">Nothing differs between these two moments.</p> : null}
      {data?.changes.map(({ roomId, type, change, before, after }) => (
        <KeyChange key={`${roomId ?? ''} ${type}`} change={change} name={type} roomId={roomId} before={before} after={after} />
      ))}
      {ofTags.map(({ roomId, tag, before, after }) => (
        <KeyChange key={`tag ${roomId} ${tag}`} change={before === null ? 'added' : after === null ? 'removed' : 'changed'} name={`tag ${tag}`} roomId={roomId} before={before} after={after} />
      ))}
    </section>
  );
};
