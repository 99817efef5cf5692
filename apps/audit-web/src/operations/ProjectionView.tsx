import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Heading } from '../layout/Heading.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { count, counted, duration } from '../text/amounts.js';
import { shown } from '../text/shown.js';
import { Numbers } from './Numbers.js';
import { LogProgressBar } from './ProgressBar.js';
import { Quarantine } from './Quarantine.js';
import { Verified } from './Verified.js';

const key = ['projection'];
/** Milliseconds between two looks, while something runs and otherwise. */
const lookEvery = { running: 500, resting: 5_000 };

const phases = {
  erasures: 'Reading who was erased',
  copying: 'Copying',
  events: 'Reading the log',
  'catching-up': 'Catching up',
  swapping: 'Taking over',
  done: 'Done',
  comparing: 'Comparing records',
} as const;

/** The read model: its state, building it anew, and proving that it is what the log says. */
export const ProjectionView = (): ReactNode => {
  const { client, who } = useSession();
  const queries = useQueryClient();
  const ended = { onSettled: () => queries.invalidateQueries({ queryKey: key }) };
  const rebuild = useMutation({ mutationFn: () => client.projection.rebuild(), ...ended });
  const verify = useMutation({ mutationFn: () => client.projection.verify(), ...ended });
  const asked = rebuild.isPending || verify.isPending;
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => client.projection.status({ signal }),
    staleTime: 0,
    refetchInterval: ({ state }) => (asked || state.data?.rebuild !== undefined || state.data?.verification !== undefined ? lookEvery.running : lookEvery.resting),
  });
  if (data === undefined) {
    return (
      <div className="operations">
        <Heading id="projection">Projection</Heading>
        {error === null ? <p className="quiet" role="status">Reading the state…</p> : <Problem error={error} onRetry={() => void refetch()} />}
      </div>
    );
  }
  const busy = asked || data.rebuild !== undefined || data.verification !== undefined;
  const state = data.failed !== undefined ? 'failed' : data.ready ? 'ready' : 'catching up';
  return (
    <div className="operations">
      <Heading id="projection">Projection</Heading>
      <section className="card" aria-labelledby="projection">
        <header>
          <span className={`status ${state === 'failed' ? 'bad' : state === 'ready' ? '' : 'warn'}`}>{state}</span>
          {who.grants.operate === 'all' ? (
            <div className="buttons">
              <button type="button" disabled={busy} onClick={() => { verify.mutate(); }}>Verify</button>
              <button type="button" disabled={busy} onClick={() => { rebuild.mutate(); }}>Rebuild</button>
            </div>
          ) : null}
        </header>
        <p className="quiet small">What reads are answered from: made of the log, and never the truth itself. It serves while it is rebuilt or verified.</p>
        {error === null ? null : <Problem error={error} />}
        {data.failed === undefined ? null : <p className="fault" role="alert">{shown(data.failed.message)} <code>{data.failed.code}</code></p>}
        <Numbers
          of={[
            ['Position', data.position],
            ['Written up to', data.writtenPosition],
            ['Not yet written', counted(data.unwrittenEvents, 'event')],
            ['Subscription', shown(data.subscription)],
            ['Events of others', count(data.foreignEvents)],
            ['In quarantine', count(data.quarantined.length)],
            ['Log', <code key="log">{shown(data.logId)}</code>],
          ]}
        />
        {data.rebuild === undefined ? null : <LogProgressBar label={phases[data.rebuild.phase]} of={data.rebuild} isCounting={data.rebuild.phase === 'events'} />}
        {data.verification === undefined ? null : <LogProgressBar label={phases[data.verification.phase]} of={data.verification} isCounting={data.verification.phase === 'events'} />}
        <div role="status">
          {rebuild.data === undefined ? null : <p>Rebuilt from {counted(rebuild.data.events, 'event')} in {duration(rebuild.data.duration)}, up to position {rebuild.data.position}.</p>}
          {verify.data === undefined ? null : <Verified result={verify.data} />}
        </div>
        {[rebuild.error, verify.error].map((failure, index) => (failure === null ? null : <Problem key={index === 0 ? 'rebuild' : 'verify'} error={failure} />))}
      </section>
      {data.quarantined.length === 0 ? null : <Quarantine events={data.quarantined} />}
    </div>
  );
};
