import type { Entry, RoomTags } from '@account-data/client';
import type { ReactNode } from 'react';
import { shown } from '../text/shown.js';

interface Props {
  readonly entries: ReadonlyArray<Entry> | undefined;
  readonly tags: ReadonlyArray<RoomTags> | undefined;
}

/** Everything a user had: account data by room and type, and tags by room. */
export const StateList = ({ entries, tags }: Props): ReactNode => {
  if (entries === undefined) return <p className="quiet" role="status">Reading the state…</p>;
  return (
    <>
      {entries.length === 0 ? <p className="quiet">Nothing was there at this moment.</p> : null}
      {entries.map(({ roomId, type, content, revision }) => (
        <details key={`${roomId ?? ''} ${type}`} className="key" open={entries.length <= 12}>
          <summary><b>{shown(type)}</b> {roomId === null ? null : <span className="room">{shown(roomId)}</span>} <span className="quiet small">revision {revision}</span></summary>
          <pre className="raw" tabIndex={0}>{shown(JSON.stringify(content, null, 2))}</pre>
        </details>
      ))}
      {tags === undefined || tags.length === 0 ? null : (
        <section aria-label="Room tags">
          <h2>Room tags</h2>
          {tags.map(({ roomId, tags: ofRoom }) => (
            <div key={roomId} className="key">
              <h3 className="room">{shown(roomId)}</h3>
              <pre className="raw" tabIndex={0}>{shown(JSON.stringify(ofRoom, null, 2))}</pre>
            </div>
          ))}
        </section>
      )}
    </>
  );
};
