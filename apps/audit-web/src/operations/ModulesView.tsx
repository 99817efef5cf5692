import type { ModulesStatus } from '@account-data/client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Heading } from '../layout/Heading.js';
import { Empty } from '../problems/Empty.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { shown } from '../text/shown.js';
import { ModuleCard } from './ModuleCard.js';

/** Milliseconds between two looks. */
const lookEvery = 1_000;

/** The modules: how far each is, what it failed at, and what can be done about it. */
export const ModulesView = (): ReactNode => {
  const { client } = useSession();
  const { data, error, dataUpdatedAt, refetch } = useQuery({
    queryKey: ['modules'],
    queryFn: ({ signal }) => client.modules.status({ signal }),
    staleTime: 0,
    refetchInterval: lookEvery,
  });
  return (
    <div className="operations">
      <Heading>Modules</Heading>
      {error === null ? null : <Problem error={error} onRetry={() => void refetch()} />}
      {data !== undefined ? <Group status={data} time={dataUpdatedAt} /> : error === null ? <p className="quiet" role="status">Reading the state…</p> : null}
    </div>
  );
};

const Group = ({ status: { group, state, owner, failure, modules, unknownCheckpoints }, time }: { readonly status: ModulesStatus; readonly time: number }): ReactNode => (
  <>
    <p className="quiet">
      Group {shown(group)} is <b>{state}</b>{owner === null ? '' : <>; {state === 'following' ? 'what delivers is instance' : 'this is instance'} {shown(owner)}</>}.
    </p>
    {failure === undefined ? null : <p className="fault" role="alert">{shown(failure)}</p>}
    {modules.length === 0 ? <Empty title="No module is configured">Modules hear of each change. Name one under “modules” in the configuration, and start the server anew.</Empty> : null}
    {modules.map((module) => <ModuleCard key={module.name} module={module} time={time} />)}
    {unknownCheckpoints.length === 0 ? null : (
      <p className="quiet small">Checkpoints of modules that are not configured any more: {unknownCheckpoints.map(({ name }) => shown(name)).join(', ')}.</p>
    )}
  </>
);
