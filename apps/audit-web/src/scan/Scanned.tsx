import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import { ProgressBar } from '../operations/ProgressBar.js';
import { Problem } from '../problems/Problem.js';
import { count, counted } from '../text/amounts.js';
import { useNow } from '../text/useNow.js';
import { ChangeRow } from '../timeline/ChangeRow.js';
import { type Sought, useScan } from './useScan.js';

/** A scan that begins at once, how far it is, and what it found. */
export const Scanned = ({ sought }: { readonly sought: Sought }): ReactNode => {
  const { scan, goOn, stop } = useScan(sought);
  const now = useNow();
  const start = useRef(goOn);
  useEffect(() => { start.current(); }, []);
  const { state, read, found, fraction, error } = scan;
  return (
    <>
      <ProgressBar label={state === 'ended' ? 'The whole log was read' : 'Reading the log backwards'} fraction={fraction}>
        {counted(read, 'change')} read, {count(found.length)} found
      </ProgressBar>
      {state === 'running' ? <button type="button" onClick={stop}>Stop</button> : null}
      {state === 'stopped' && read > 0 ? <button type="button" className="primary" onClick={goOn}>Go on</button> : null}
      {error === undefined ? null : <Problem error={error} onRetry={goOn} />}
      {state === 'ended' && found.length === 0 ? <p role="status" className="quiet">No change in the log matches. Names are compared exactly, and case counts.</p> : null}
      <ol className="scanned" aria-label="Changes found">
        {found.map((entry) => (
          <li key={entry.eventId}>
            <ChangeRow entry={entry} link={linkTo(['user', entry.userId], { change: entry.eventId })} current={false} now={now} withUser />
          </li>
        ))}
      </ol>
    </>
  );
};
