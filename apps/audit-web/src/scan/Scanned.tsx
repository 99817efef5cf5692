import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import { ProgressBar } from '../operations/ProgressBar.js';
import { Problem } from '../problems/Problem.js';
import { count, counted } from '../text/amounts.js';
import { useNow } from '../text/useNow.js';
import { ChangeRow } from '../timeline/ChangeRow.js';
import { isTagEntry } from '../timeline/Entry.js';
import { type Scan, type Sought, useScan } from './useScan.js';

interface Props {
  readonly sought: Sought;
  /** Where it begins: at a cursor of the address, or at the beginning. */
  readonly begin: string | undefined;
  readonly onAnew: () => void;
  readonly onCursor: (cursor: string | undefined) => void;
}

const labels: Readonly<Record<Scan['state'], string>> = { running: 'Reading the log', stopped: 'Stopped', ended: 'Read to the end of the log' };

/** A scan that begins at once, how far it is, and what it found. */
export const Scanned = ({ sought, begin, onAnew, onCursor }: Props): ReactNode => {
  const { scan, goOn, stop } = useScan(sought, begin, onCursor);
  const now = useNow();
  const start = useRef(goOn);
  useEffect(() => { start.current(); }, []);
  const { state, read, found, fraction, error } = scan;
  return (
    <>
      {begin === undefined ? null : <p className="quiet">It goes on where the address says; what was found before is not here. <button type="button" onClick={onAnew}>Begin anew</button></p>}
      <ProgressBar label={labels[state]} fraction={fraction}>
        {counted(read, 'change')} read, {count(found.length)} found
      </ProgressBar>
      {state === 'running' ? <button type="button" onClick={stop}>Stop</button> : null}
      {state === 'stopped' ? <button type="button" className="primary" onClick={goOn}>Go on</button> : null}
      {error === undefined ? null : <Problem error={error} onRetry={goOn} />}
      {state === 'ended' && found.length === 0 ? <p role="status" className="quiet">No change that was read matches. Names are compared exactly, and case counts.</p> : null}
      <ol className="scanned" aria-label="Changes found">
        {found.map((entry) => (
          <li key={entry.eventId}>
            <ChangeRow
              entry={entry}
              link={linkTo(['user', entry.userId], { show: isTagEntry(entry) ? 'tags' : undefined, change: entry.eventId })}
              current={false}
              now={now}
              withUser
            />
          </li>
        ))}
      </ol>
    </>
  );
};
