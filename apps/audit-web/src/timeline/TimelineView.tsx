import { useCallback, useEffect } from 'react';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import type { Address } from '../address/Address.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { ChangeDetail } from '../change/ChangeDetail.js';
import { Heading } from '../layout/Heading.js';
import { Empty } from '../problems/Empty.js';
import { Problem } from '../problems/Problem.js';
import { shown } from '../text/shown.js';
import { ExportMenu } from '../export/ExportMenu.js';
import { ActivityStrip } from './ActivityStrip.js';
import { ChangeList } from './ChangeList.js';
import type { Entry } from './Entry.js';
import { FilterForm } from './FilterForm.js';
import { filterOf, narrows } from './TimelineFilter.js';
import { type Liveness, useLiveTimeline } from './useLiveTimeline.js';
import { useTimeline } from './useTimeline.js';

/** The changes of a user, or (undefined) of everybody, with one of them opened beside. */
export const TimelineView = ({ userId, address }: { readonly userId: string | undefined; readonly address: Address }): ReactNode => {
  const filter = filterOf(address.query);
  const { data: entries, error, isPending, isFetching, hasNextPage, fetchNextPage, refetch } = useTimeline(userId, filter);
  const liveness = useLiveTimeline(userId, filter, entries !== undefined);
  const opened = address.query.get('change');
  const current = entries?.find(({ eventId }) => eventId === opened);
  const close = linkWith(address, { change: undefined });
  const onMore = useCallback(() => { if (!isFetching) void fetchNextPage(); }, [isFetching, fetchNextPage]);
  const linkOf = useCallback((entry: Entry) => linkWith(address, { change: entry.eventId }), [address]);
  const isCurrent = useCallback((entry: Entry) => entry.eventId === opened, [opened]);

  useEffect(() => {
    if (opened === null) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') goTo(close);
    };
    window.addEventListener('keydown', onKey);
    return () => { window.removeEventListener('keydown', onKey); };
  }, [opened, close]);
  // A link to a change further back: pages are read until it is there.
  const isMissing = opened !== null && current === undefined;
  useEffect(() => {
    if (isMissing && hasNextPage) onMore();
  }, [isMissing, hasNextPage, onMore]);

  return (
    <div className={`timeline${opened === null ? '' : ' with-detail'}`}>
      <section className="list-side" aria-label="Timeline">
        {userId === undefined ? <Heading unseen>Changes of all users</Heading> : null}
        <FilterForm address={address} filter={filter} ofEverybody={userId === undefined} />
        {userId === undefined ? null : <ActivityStrip userId={userId} filter={filter} address={address} />}
        {entries === undefined || entries.length === 0 ? null : (
          <div className="list-head">
            <span className={`liveness ${liveness === 'live' ? 'live' : ''}`}>{livenessWords[liveness]}</span>
            <ExportMenu userId={userId} filter={filter} />
          </div>
        )}
        {error === null ? null : <Problem error={error} onRetry={() => void refetch()} />}
        {isPending ? <p className="quiet pad" role="status">Reading the history…</p> : null}
        {entries?.length === 0 ? <NoChanges userId={userId} narrowed={narrows(filter)} clear={linkTo(address.path, { show: address.query.get('show') ?? undefined })} /> : null}
        {entries === undefined || entries.length === 0 ? null : (
          <ChangeList
            entries={entries}
            linkOf={linkOf}
            isCurrent={isCurrent}
            hasMore={hasNextPage}
            onMore={onMore}
            withUser={userId === undefined}
            label={userId === undefined ? 'Changes of all users' : `Changes of ${shown(userId)}`}
          />
        )}
      </section>
      {opened === null ? null : (
        <section className="detail-side" aria-label="Change">
          {current !== undefined ? <ChangeDetail key={current.eventId} entry={current} close={close} /> : hasNextPage || isPending ? (
            <p className="quiet pad" role="status">Looking for the change…</p>
          ) : (
            <Empty title="This change is not here"><>No change in this view has that id. <a href={close}>Close it</a>, or clear the filters.</></Empty>
          )}
        </section>
      )}
    </div>
  );
};

const livenessWords: Readonly<Record<Liveness, string>> = { live: 'Live', still: 'Not live', 'cut off': 'Live updates ended' };

const NoChanges = ({ userId, narrowed, clear }: { readonly userId: string | undefined; readonly narrowed: boolean; readonly clear: string }): ReactNode =>
  narrowed ? (
    <Empty title="No change matches"><>Nothing was changed within these filters. <a href={clear}>Clear them</a> to see everything.</></Empty>
  ) : (
    <Empty title="Nothing was changed yet">
      {userId === undefined
        ? 'As soon as somebody’s account data is changed, it stands here.'
        : 'The log holds no change of this user. Check the spelling: user IDs are case-sensitive and end in a server name. A user that was erased has no history either.'}
    </Empty>
  );
