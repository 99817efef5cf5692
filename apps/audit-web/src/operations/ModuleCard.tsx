import type { ModuleStatus } from '@account-data/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { count, counted, duration, rate } from '../text/amounts.js';
import { shown } from '../text/shown.js';
import { Numbers } from './Numbers.js';
import { ParkedDeliveries } from './ParkedDeliveries.js';
import { ProgressBar } from './ProgressBar.js';
import { ReplayDialog } from './ReplayDialog.js';
import { useRate } from './useRate.js';
import { useReplay } from './useReplay.js';

const states = { joined: 'delivering', catching_up: 'catching up', paused: 'paused', elsewhere: 'delivered by another instance' } as const;
const pauses = { requested: 'somebody paused it', failures: 'it failed too often in a row', too_many_held: 'too many users wait for a retry' } as const;

/** One module: how it does, and what an admin may do about it. `time` is when this was read. */
export const ModuleCard = ({ module, time }: { readonly module: ModuleStatus; readonly time: number }): ReactNode => {
  const { name, state, position, heldUsers, replays, deliveries, failures, pausedBecause, parked, inFlight, lagEvents, lagIsAtLeast, lagSeconds } = module;
  const { client, who } = useSession();
  const queries = useQueryClient();
  const id = useId();
  const [asking, setAsking] = useState(false);
  const replay = useReplay(name);
  const pausing = useMutation({
    mutationFn: (word: 'pause' | 'resume') => client.modules[word](name),
    onSettled: () => queries.invalidateQueries({ queryKey: ['modules'] }),
  });
  const perSecond = useRate(deliveries, time);
  const isPaused = state === 'paused' || pausedBecause !== undefined;
  const behind = lagEvents === undefined ? undefined : lagEvents === 0 && lagIsAtLeast !== true ? 'nothing' : `${lagIsAtLeast === true ? 'at least ' : ''}${counted(lagEvents, 'event')}${lagSeconds === undefined ? '' : `, ${duration(lagSeconds * 1_000)}`}`;
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{shown(name)}</h2>
        <span className={`status ${isPaused ? 'bad' : state === 'joined' ? '' : 'warn'}`}>{isPaused ? 'paused' : states[state]}</span>
        {who.grants.operate === 'all' ? (
          <div className="buttons">
            <button type="button" disabled={pausing.isPending} onClick={() => { pausing.mutate(isPaused ? 'resume' : 'pause'); }}>{isPaused ? 'Resume' : 'Pause'}</button>
            {replay.isRunning ? <button type="button" onClick={replay.stop}>Stop the replay</button> : <button type="button" onClick={() => { setAsking(true); }}>Replay…</button>}
          </div>
        ) : null}
      </header>
      {pausedBecause === undefined ? null : <p>Nothing is delivered to it: {pauses[pausedBecause]}. Resumed, it goes on where it was.</p>}
      <Numbers
        of={[
          ['Position', position],
          ['Behind', behind],
          ['Delivered', `${count(deliveries)}${perSecond === undefined ? '' : `, ${rate(perSecond)}`}`],
          ['Failed', count(failures)],
          ['Under way', inFlight === undefined ? undefined : count(inFlight)],
          ['Users that wait', count(heldUsers)],
          ['Parked', parked === undefined ? undefined : count(parked)],
        ]}
      />
      {replays.map(({ position: at, to, deliveries: delivered, failures: failed }) => (
        <ProgressBar key={to} label="Replaying" fraction={at === 'start' ? 0 : Math.min(1, Number(at) / Math.max(1, Number(to)))}>
          {counted(delivered, 'change')}, {count(failed)} failed; at position {at} of {to}
        </ProgressBar>
      ))}
      <div role="status">{replay.result === undefined ? null : <p>Replayed {counted(replay.result.deliveries, 'change')}, {count(replay.result.failures)} of them failed.</p>}</div>
      {pausing.error === null ? null : <Problem error={pausing.error} />}
      {replay.error === null ? null : <Problem error={replay.error} />}
      {parked === 0 ? null : <ParkedDeliveries module={name} known={parked} />}
      {asking ? <ReplayDialog name={name} onClose={() => { setAsking(false); }} onStart={(range) => { setAsking(false); replay.start(range); }} /> : null}
    </section>
  );
};
