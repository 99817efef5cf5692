import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Address } from '../address/Address.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { Empty } from '../problems/Empty.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { Comparison } from './Comparison.js';
import { MomentSlider } from './MomentSlider.js';
import { StateList } from './StateList.js';
import { readMoments } from './moments.js';
import { useMoment } from './useMoment.js';

/**
 * What a user had after any change, of account data or of a room tag, and what differs since another one. Both stand in the
 * address, by how many changes were before them.
 */
export const StateView = ({ userId, address }: { readonly userId: string; readonly address: Address }): ReactNode => {
  const { client } = useSession();
  const { data: moments, error, refetch } = useQuery({ queryKey: ['moments', userId], queryFn: ({ signal }) => readMoments(client, userId, signal) });
  const last = moments === undefined ? undefined : moments.data + moments.tags - 1;
  const at = momentIn(address, 'at', last);
  const other = momentIn(address, 'with', last);
  const moment = useMoment(userId, moments, at);
  const compared = useMoment(userId, moments, other);
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />;
  if (moments === undefined || last === undefined) return <p className="quiet pad" role="status">Reading the state…</p>;
  if (at === undefined) return <Empty title="There is no state yet">The log holds no change of this user. Check the spelling: case counts.</Empty>;
  const set = (name: string) => (index: number | undefined) => { goTo(linkWith(address, { [name]: index === undefined ? undefined : String(index) }), 'replace'); };
  const failure = moment.error ?? compared.error;
  return (
    <div className="state">
      <div className="moments">
        <MomentSlider label="State after change" value={at} last={last} time={moment.data?.time} onChange={set('at')} />
        {other === undefined ? (
          <button type="button" onClick={() => { set('with')(Math.max(0, at - 1)); }}>Compare with another moment</button>
        ) : (
          <>
            <MomentSlider label="Compared with change" value={other} last={last} time={compared.data?.time} onChange={set('with')} />
            <button type="button" onClick={() => { set('with')(undefined); }}>Stop comparing</button>
          </>
        )}
      </div>
      {failure === null ? null : <Problem error={failure} />}
      {moment.data === null ? <p className="quiet" role="status">This moment is not in the log any more.</p> : null}
      {other === undefined ? (
        <StateList entries={moment.data?.entries} tags={moment.data?.tags} />
      ) : moment.data === undefined || moment.data === null || compared.data === undefined || compared.data === null ? (
        <p className="quiet" role="status">Comparing…</p>
      ) : (
        <Comparison userId={userId} from={compared.data} to={moment.data} label={`From change ${String(other + 1)} to ${String(at + 1)}`} />
      )}
    </div>
  );
};

const momentIn = ({ query }: Address, name: string, last: number | undefined): number | undefined => {
  const text = query.get(name);
  if (last === undefined || last < 0) return undefined;
  if (text === null || !/^\d+$/.test(text)) return name === 'at' ? last : undefined;
  return Math.min(last, Number(text));
};
