import type { ParkedDelivery, RedriveResult, WhichParked } from '@account-data/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { count, counted } from '../text/amounts.js';
import { shown } from '../text/shown.js';
import { exactTime } from '../text/times.js';
import { DropDialog } from './DropDialog.js';
import { Table } from './Table.js';

/** How many are shown: those that were parked first, which are the ones to see to. */
const mostShown = 200;

/** What a module gave up, with the error; an admin may have it tried again, or give it up for good. `known`: how many there are. */
export const ParkedDeliveries = ({ module, known }: { readonly module: string; readonly known: number | undefined }): ReactNode => {
  const { client, who } = useSession();
  const queries = useQueryClient();
  const [dropping, setDropping] = useState<WhichParked>();
  const { data, error } = useQuery({ queryKey: ['parked', module, known], queryFn: ({ signal }) => client.modules.parked(module, { signal }), staleTime: 0 });
  const onSettled = (): Promise<unknown> => Promise.all([queries.invalidateQueries({ queryKey: ['modules'] }), queries.invalidateQueries({ queryKey: ['parked', module] })]);
  const redrive = useMutation({ mutationFn: (which: WhichParked) => client.modules.redrive(module, which), onSettled });
  const drop = useMutation({ mutationFn: (which: WhichParked) => client.modules.drop(module, which), onSettled });
  if (error !== null) return <Problem error={error} />;
  if (data === undefined || (data.length === 0 && redrive.data === undefined && drop.data === undefined)) return null;
  const mayOperate = who.grants.operate === 'all';
  const busy = redrive.isPending || drop.isPending;
  const actions = (which: WhichParked, what: string): ReactNode => {
    const all = which === 'all' ? 'all ' : '';
    return (
      <span className="buttons">
        <button type="button" disabled={busy} aria-label={`Try ${all}again: ${what}`} onClick={() => { redrive.mutate(which); }}>Try {all}again</button>
        <button type="button" disabled={busy} aria-label={`Drop${all === '' ? '' : ' all'}… ${what}`} onClick={() => { setDropping(which); }}>Drop{all === '' ? '' : ' all'}…</button>
      </span>
    );
  };
  return (
    <>
      <div role="status">
        {redrive.data === undefined ? null : <p>{outcomeOf(redrive.data)}</p>}
        {drop.data === undefined ? null : <p>{counted(drop.data, 'change')} dropped.</p>}
      </div>
      {[redrive.error, drop.error].map((failure, index) => (failure === null ? null : <Problem key={index === 0 ? 'redrive' : 'drop'} error={failure} />))}
      {data.length === 0 ? null : (
        <>
          <div className="parked-head">
            <h3>Parked{data.length > mostShown ? `: the first ${count(mostShown)} of ${count(data.length)}` : ''}</h3>
            {mayOperate && data.length > 1 ? actions('all', counted(data.length, 'change')) : null}
          </div>
          <Table
            label={`Parked by ${shown(module)}`}
            head={['When', 'Change', 'Error', 'Tries', ...(mayOperate ? ['What to do'] : [])]}
            rows={data.slice(0, mostShown).map((delivery) => ({
              key: delivery.eventId,
              cells: [
                exactTime(delivery.time),
                <ChangeLink key="change" of={delivery} />,
                <span key="error"><b>{shown(delivery.error.name)}</b> {shown(delivery.error.message)}</span>,
                count(delivery.attempts),
                ...(mayOperate ? [actions({ eventId: delivery.eventId }, `revision ${delivery.revision} of ${shown(userOf(delivery))}`)] : []),
              ],
            }))}
          />
        </>
      )}
      {dropping === undefined ? null : (
        <DropDialog
          what={dropping === 'all' ? `all ${counted(data.length, 'parked change')}` : 'this parked change'}
          onClose={() => { setDropping(undefined); }}
          onDrop={() => { setDropping(undefined); drop.mutate(dropping); }}
        />
      )}
    </>
  );
};

/** Whose stream it is: its name ends with the user ID, behind the first dash. */
const userOf = ({ stream }: ParkedDelivery): string => stream.slice(stream.indexOf('-') + 1);

const ChangeLink = ({ of }: { readonly of: ParkedDelivery }): ReactNode => (
  <a href={linkTo(['user', userOf(of)], { change: of.eventId })}>{shown(userOf(of))}, revision {of.revision}</a>
);

const outcomeOf = (results: ReadonlyArray<RedriveResult>): string => {
  const handled = results.filter(({ outcome }) => outcome === 'handled').length;
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  return `${counted(handled, 'change')} handled, ${count(failed)} failed again.`;
};
