import type { HistoryEntry, ModuleStatus } from '@account-data/client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { counted } from '../text/amounts.js';
import { shown } from '../text/shown.js';
import { exactTime } from '../text/times.js';
import { type Outcome, outcomeOf } from './outcomeOf.js';

/** What each module made of a change: delivered, waiting, parked with the error. */
export const ModuleOutcomes = ({ entry }: { readonly entry: HistoryEntry }): ReactNode => {
  const { client } = useSession();
  const { data, error } = useQuery({
    queryKey: ['outcomes', entry.eventId],
    queryFn: async ({ signal }) => {
      const { modules } = await client.modules.status({ signal });
      return Promise.all(
        modules.map(async (module) => ({ module, outcome: outcomeOf(entry, module, module.parked === 0 ? [] : await client.modules.parked(module.name, { signal })) })),
      );
    },
    staleTime: 0,
  });
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <p className="quiet" role="status">Asking the modules…</p>;
  if (data.length === 0) return <p className="quiet">No module is configured.</p>;
  return (
    <ul className="outcomes">
      {data.map(({ module, outcome }) => (
        <li key={module.name}>
          <span className={`status ${signs[outcome._tag]}`}>{words[outcome._tag]}</span> <a href={linkTo(['modules'])}>{shown(module.name)}</a> <Told outcome={outcome} module={module} />
        </li>
      ))}
    </ul>
  );
};

const words: Readonly<Record<Outcome['_tag'], string>> = { Passed: 'delivered', Parked: 'parked', Retrying: 'waits', Behind: 'not yet' };
const signs: Readonly<Record<Outcome['_tag'], string>> = { Passed: '', Parked: 'bad', Retrying: 'warn', Behind: 'warn' };

const Told = ({ outcome, module }: { readonly outcome: Outcome; readonly module: ModuleStatus }): ReactNode => {
  switch (outcome._tag) {
    case 'Parked': {
      const { error, attempts, time } = outcome.delivery;
      return <>after {attempts === 1 ? 'one try' : `${String(attempts)} tries`}, {exactTime(time)}: <b>{shown(error.name)}</b> {shown(error.message)}</>;
    }
    case 'Retrying':
      return <>failed, and is tried again{outcome.attempts === 0 ? '' : `: ${counted(outcome.attempts, 'time')} so far`}</>;
    case 'Behind':
      return <>{module.pausedBecause === undefined ? 'it is not that far' : 'it is paused'}</>;
    case 'Passed':
      return module.failures === 0 ? null : <span className="quiet">or failed and skipped, if that is its policy: the server’s log tells</span>;
  }
};
