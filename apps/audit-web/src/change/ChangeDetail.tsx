import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import { DiffView } from '../json/DiffView.js';
import { useSession } from '../session/Session.js';
import { shown } from '../text/shown.js';
import { Time } from '../text/Time.js';
import { useNow } from '../text/useNow.js';
import { utcTime } from '../text/times.js';
import { ModuleOutcomes } from './ModuleOutcomes.js';
import { RestoreDialog } from './RestoreDialog.js';
import { type Entry, actOf, isDeletion, isTagEntry, subjectOf } from '../timeline/Entry.js';

/** A change opened: who, when, why, from what to what, and the event as the log holds it. */
export const ChangeDetail = ({ entry, close }: { readonly entry: Entry; readonly close: string }): ReactNode => {
  const heading = useRef<HTMLHeadingElement>(null);
  const now = useNow();
  const { who } = useSession();
  const [restoring, setRestoring] = useState(false);
  const mayRestore = who.grants.write === 'all' || (who.grants.write === 'own' && who.userId === entry.userId);
  useEffect(() => { heading.current?.focus({ preventScroll: false }); }, []);
  const act = actOf(entry);
  const { actor } = entry;
  return (
    <article className="change-detail">
      <header>
        <h2 ref={heading} tabIndex={-1}><span className={`act ${act}`}>{act}</span> {shown(subjectOf(entry))}</h2>
        <a className="button close" href={close} aria-label="Close the change" title="Close (Escape)">×</a>
      </header>
      <dl className="facts">
        <Fact name="User"><a href={linkTo(['user', entry.userId])}>{shown(entry.userId)}</a></Fact>
        <Fact name="Room">{entry.roomId === null ? <span className="quiet">none: global account data</span> : shown(entry.roomId)}</Fact>
        <Fact name="Who"><b>{shown(actor.id)}</b> <span className="quiet">({actor.kind})</span></Fact>
        <Fact name="When"><Time time={entry.time} now={now} long /></Fact>
        {entry.originalTime === undefined ? null : <Fact name="Made originally"><Time time={entry.originalTime} now={now} long /></Fact>}
        <Fact name="Why">{entry.reason === undefined ? <span className="quiet">no reason was given</span> : `“${shown(entry.reason)}”`}</Fact>
        <Fact name="Revision">{entry.revision}{entry.previousRevision === null ? '' : `, after ${entry.previousRevision}`}{entry.restoredRevision === undefined ? '' : `, restored from ${entry.restoredRevision}`}</Fact>
      </dl>
      {mayRestore && !isTagEntry(entry) ? <button type="button" className="restore" onClick={() => { setRestoring(true); }}>Restore this…</button> : null}
      {restoring && !isTagEntry(entry) ? <RestoreDialog entry={entry} onClose={() => { setRestoring(false); }} /> : null}
      <h3>From what to what</h3>
      {entry.previousContent === null ? <p className="quiet">There was nothing before.</p> : null}
      {isDeletion(entry) ? <p className="quiet">It was deleted.</p> : null}
      <DiffView before={entry.previousContent} after={isDeletion(entry) && entry.previousContent !== null ? null : entry.content} label="From what to what" />
      {isTagEntry(entry) || who.grants.inspect !== 'all' ? null : (
        <section aria-labelledby="outcomes">
          <h3 id="outcomes">What modules made of it</h3>
          <ModuleOutcomes entry={entry} />
        </section>
      )}
      <details>
        <summary>Raw event with its metadata</summary>
        <pre className="raw" tabIndex={0}>{shown(JSON.stringify(rawOf(entry), null, 2))}</pre>
      </details>
    </article>
  );
};

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <div><dt>{name}</dt><dd>{children}</dd></div>
);

/** The event in the words of the log. */
const rawOf = (entry: Entry): unknown => {
  const { time, originalTime, content, previousContent: _, previousRevision: _previous, actor, reason, correlationId, causationId, origin, restoredRevision, eventId, revision, position, userId, roomId } = entry;
  const subject = isTagEntry(entry) ? { tag: entry.tag } : { type: entry.type };
  const event = isTagEntry(entry) ? (content === null ? 'RoomTagRemoved' : 'RoomTagSet') : 'AccountDataUpdated';
  return {
    event,
    id: eventId,
    revision,
    position,
    time: utcTime(time),
    data: { userId, roomId, ...subject, ...(content === null ? {} : { content }) },
    metadata: {
      actor,
      ...(reason === undefined ? {} : { reason }),
      $correlationId: correlationId,
      ...(causationId === undefined ? {} : { $causationId: causationId }),
      origin,
      ...(originalTime === undefined ? {} : { originalTime: utcTime(originalTime) }),
      ...(restoredRevision === undefined ? {} : { restoredRevision }),
    },
  };
};
