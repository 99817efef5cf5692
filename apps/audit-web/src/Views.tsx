import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { linkTo } from './address/Address.js';
import { titleOf } from './address/titleOf.js';
import { useAddress } from './address/useAddress.js';
import { AccessView } from './access/AccessView.js';
import { HomeView } from './home/HomeView.js';
import { Empty } from './problems/Empty.js';
import { FailureBoundary } from './problems/FailureBoundary.js';
import { ModulesView } from './operations/ModulesView.js';
import { ProjectionView } from './operations/ProjectionView.js';
import { ScanView } from './scan/ScanView.js';
import { AskReason } from './session/AskReason.js';
import { TimelineView } from './timeline/TimelineView.js';
import { UserView } from './user/UserView.js';

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
  return <FailureBoundary key={address.path.join('/')}>{shownView()}</FailureBoundary>;
};
