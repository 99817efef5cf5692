import { Suspense, lazy, useEffect } from 'react';
import type { ReactNode } from 'react';
import { linkTo } from './address/Address.js';
import { titleOf } from './address/titleOf.js';
import { useAddress } from './address/useAddress.js';
import { HomeView } from './home/HomeView.js';
import { Empty } from './problems/Empty.js';
import { FailureBoundary } from './problems/FailureBoundary.js';
import { AskReason } from './session/AskReason.js';
import { TimelineView } from './timeline/TimelineView.js';
import { UserView } from './user/UserView.js';

// Loaded by who goes there: most come to look at a user.
const AccessView = lazy(async () => ({ default: (await import('./access/AccessView.js')).AccessView }));
const ModulesView = lazy(async () => ({ default: (await import('./operations/ModulesView.js')).ModulesView }));
const ProjectionView = lazy(async () => ({ default: (await import('./operations/ProjectionView.js')).ProjectionView }));
const ScanView = lazy(async () => ({ default: (await import('./scan/ScanView.js')).ScanView }));

/** The view that the address names. */
export const Views = (): ReactNode => {
  const address = useAddress();
  const [view, subject] = address.path;
  useEffect(() => {
    document.title = titleOf(address);
  }, [address]);
  const shownView = (): ReactNode => {
    if (view === undefined) return <HomeView />;
    if (view === 'user' && subject !== undefined) return <AskReason><UserView userId={subject} address={address} /></AskReason>;
    if (view === 'log') return <AskReason><TimelineView userId={undefined} address={address} /></AskReason>;
    if (view === 'find') return <AskReason><ScanView address={address} /></AskReason>;
    if (view === 'who') return <AccessView address={address} />;
    if (view === 'modules') return <ModulesView />;
    if (view === 'projection') return <ProjectionView />;
    return <Empty title="There is no such view" isView><>The address names none. <a href={linkTo([])}>Begin at the search</a>.</></Empty>;
  };
  return (
    <FailureBoundary key={address.path.join('/')}>
      <Suspense fallback={<p className="quiet pad" role="status">Opening the view…</p>}>{shownView()}</Suspense>
    </FailureBoundary>
  );
};
