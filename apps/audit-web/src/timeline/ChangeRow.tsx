import { memo } from 'react';
import type { ReactNode } from 'react';
import { summarize } from '../json/summarize.js';
import { shown } from '../text/shown.js';
import { Time } from '../text/Time.js';
import { type Entry, actOf, isDeletion, subjectOf } from './Entry.js';

interface Props {
  readonly entry: Entry;
  readonly link: string;
  readonly current: boolean;
  readonly now: number;
  readonly withUser: boolean;
}

/** One change in two lines: what and when, who and from what to what. */
export const ChangeRow = memo(({ entry, link, current, now, withUser }: Props): ReactNode => {
  const act = actOf(entry);
  return (
    <a className="change-row" href={link} aria-current={current ? 'true' : undefined}>
      <span className="line1">
        <span className={`act ${act}`}>{act}</span>
        <span className="subject">{shown(subjectOf(entry))}</span>
        {entry.roomId === null ? null : <span className="room">{shown(entry.roomId)}</span>}
        <span className="when"><Time time={entry.time} now={now} /></span>
      </span>
      <span className="line2">
        {withUser ? <span className="of-user">{shown(entry.userId)}</span> : null}
        <span className="actor">by {entry.actor.id === entry.userId ? 'the user' : shown(`${entry.actor.kind} ${entry.actor.id}`)}</span>
        <code className="summary">{isDeletion(entry) ? '' : summarize(entry.previousContent, entry.content)}</code>
        {entry.reason === undefined ? null : <span className="reason">“{shown(entry.reason)}”</span>}
      </span>
    </a>
  );
});
