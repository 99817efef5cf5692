import type { AccessKind } from '@account-data/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import { Table } from '../operations/Table.js';
import { Empty } from '../problems/Empty.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { Time } from '../text/Time.js';
import { shown } from '../text/shown.js';
import { useNow } from '../text/useNow.js';

const what: Readonly<Record<AccessKind, string>> = { data: 'data', feed: 'changes as they happen', export: 'an export', access_log: 'who looked' };

interface Props {
  readonly userId?: string;
  readonly actor?: string;
}

/** Who looked at whose data, when and why, the newest first. */
export const AccessList = ({ userId, actor }: Props): ReactNode => {
  const { client } = useSession();
  const now = useNow();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['access log', userId ?? null, actor ?? null],
    queryFn: ({ pageParam, signal }) =>
      client.accessLog({ signal, limit: 100, ...(userId === undefined ? {} : { userId }), ...(actor === undefined ? {} : { actor }), ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
  if (data === undefined) return error === null ? <p className="quiet pad" role="status">Reading the access log…</p> : <Problem error={error} onRetry={() => void refetch()} />;
  const entries = data.pages.flatMap((page) => page.entries);
  return (
    <>
      {error === null ? null : <Problem error={error} onRetry={() => void fetchNextPage()} />}
      {entries.length === 0 ? (
        <Empty title="No entry matches">Reads of the data of others by auditors and admins stand here, and exports. Nobody made one, or it is older than what is kept.</Empty>
      ) : (
        <Table
          label="Who looked"
          head={['When', 'Who', 'Whose', 'What', 'Why']}
          rows={entries.map((entry) => ({
            key: entry.id,
            cells: [
              <Time key="when" time={entry.time} now={now} />,
              <span key="who">{shown(entry.actor.id)} <span className="quiet">{shown(entry.role)}</span></span>,
              entry.userId === null ? 'all users' : <a key="whose" href={linkTo(['user', entry.userId])}>{shown(entry.userId)}</a>,
              what[entry.kind],
              entry.reason === undefined ? <span key="why" className="quiet">not said</span> : shown(entry.reason),
            ],
          }))}
        />
      )}
      {hasNextPage ? <button type="button" disabled={isFetching} onClick={() => void fetchNextPage()}>{isFetching ? 'Reading…' : 'Show older ones'}</button> : null}
    </>
  );
};
