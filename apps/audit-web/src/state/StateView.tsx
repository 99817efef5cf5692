import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { ReactNode } from 'react';
import type { Address } from '../address/Address.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { DiffView } from '../json/DiffView.js';
import { Empty } from '../problems/Empty.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { shown } from '../text/shown.js';
import { exactTime } from '../text/times.js';
import { asRevision } from './asRevision.js';
import { MomentSlider } from './MomentSlider.js';
import { StateList } from './StateList.js';
import { useMoment } from './useMoment.js';

/** What a user had at a moment, and what changed since another one: both stand in the address as revisions. */
export const StateView = ({ userId, address }: { readonly userId: string; readonly address: Address }): ReactNode => {
  const { client } = useSession();
  const id = useId();
  const head = useQuery({ queryKey: ['head', userId], queryFn: ({ signal }) => client.state(userId, { limit: 1, signal }) });
  const last = head.data === undefined || head.data.revision === 'no-stream' ? undefined : Number(head.data.revision);
  const at = revisionIn(address, 'at', last);
  const other = revisionIn(address, 'with', last);
  const moment = useMoment(userId, at);
  const diff = useQuery({
    queryKey: ['diff', userId, other, at],
    queryFn: ({ signal }) => client.diff(userId, { from: { revision: asRevision(other ?? 0) }, ...(at === undefined ? {} : { to: { revision: asRevision(at) } }), signal }),
    enabled: other !== undefined && at !== undefined,
    placeholderData: keepPreviousData,
  });
  if (head.error !== null) return <Problem error={head.error} onRetry={() => void head.refetch()} />;
  if (head.data === undefined) return <p className="quiet pad" role="status">Reading the state…</p>;
  if (last === undefined || at === undefined) return <Empty title="There is no state yet">The log holds no change of this user. Check the spelling: case counts.</Empty>;
  const set = (name: string) => (revision: number | undefined) => { goTo(linkWith(address, { [name]: revision === undefined ? undefined : String(revision) }), 'replace'); };
  return (
    <div className="state">
      <div className="moments">
        <MomentSlider label="State as of revision" value={at} last={last} time={moment.time} onChange={set('at')} />
        {other === undefined ? (
          <button type="button" onClick={() => { set('with')(Math.max(0, at - 1)); }}>Compare with another moment</button>
        ) : (
          <>
            <MomentSlider label="Compared with revision" value={other} last={last} onChange={set('with')} />
            <button type="button" onClick={() => { set('with')(undefined); }}>Stop comparing</button>
          </>
        )}
      </div>
      {moment.error === null ? null : <Problem error={moment.error} />}
      {other === undefined ? (
        <StateList entries={moment.entries} tags={moment.tags} />
      ) : diff.error !== null ? <Problem error={diff.error} /> : (
        <section aria-labelledby={`${id}diff`}>
          <h2 id={`${id}diff`}>From revision {other} to {at}{moment.time === undefined ? '' : `, ${exactTime(moment.time)}`}</h2>
          {diff.data?.changes.length === 0 ? <p className="quiet">Nothing differs between these two moments.</p> : null}
          {diff.data?.changes.map(({ roomId, type, change, before, after }) => (
            <article key={`${roomId ?? ''} ${type}`} className="key">
              <h3><span className={`act ${change === 'removed' ? 'deleted' : change === 'added' ? 'set' : 'changed'}`}>{change}</span> {shown(type)} {roomId === null ? null : <span className="room">{shown(roomId)}</span>}</h3>
              <DiffView before={before} after={after} label={`What changed of ${type}`} />
            </article>
          ))}
        </section>
      )}
    </div>
  );
};

const revisionIn = ({ query }: Address, name: string, last: number | undefined): number | undefined => {
  const text = query.get(name);
  if (last === undefined) return undefined;
  if (text === null || !/^\d+$/.test(text)) return name === 'at' ? last : undefined;
  return Math.min(last, Number(text));
};
