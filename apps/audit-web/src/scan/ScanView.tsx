import { useId, useRef, useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import type { Address } from '../address/Address.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { Empty } from '../problems/Empty.js';
import { inputOfTime, timeOfInput } from '../text/times.js';
import { Scanned } from './Scanned.js';

/** A scan that was begun: for what, and where. */
interface Begun {
  readonly sought: string;
  readonly begin: string | undefined;
  /** Tells it from those before. */
  readonly count: number;
}

/**
 * Looks through the log for what somebody did, or for what one request came to. What is looked for stands in the address,
 * and how far that is.
 */
export const ScanView = ({ address }: { readonly address: Address }): ReactNode => {
  const field = useId();
  const given = (name: string): string | undefined => address.query.get(name) ?? undefined;
  const [actor, requestKey, correlationId, since] = [given('actor'), given('request'), given('id'), timeOfInput(given('since') ?? null)];
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string | undefined => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : undefined;
    };
    const begin = timeOfInput(text('since') ?? null);
    goTo(linkWith(address, {
      actor: text('actor'),
      request: text('request'),
      id: text('id'),
      since: begin === undefined ? undefined : new Date(begin).toISOString(),
      cursor: undefined,
    }));
  };
  const sought = JSON.stringify([actor, requestKey, correlationId, since]);
  const cursor = given('cursor');
  const [begun, setBegun] = useState<Begun>({ sought, begin: cursor, count: 0 });
  // As it goes on it moves the cursor of the address, which does not begin it anew; whoever else changes the address does.
  const moved = useRef(cursor);
  if (begun.sought !== sought || cursor !== moved.current) {
    moved.current = cursor;
    setBegun({ sought, begin: cursor, count: begun.count + 1 });
  }
  const moveTo = (next: string | undefined): void => {
    moved.current = next;
    goTo(linkWith(address, { cursor: next }), 'replace');
  };
  return (
    <div className="operations">
      <h1>Find changes by who made them</h1>
      <form className="filters scan" aria-label="What is looked for" onSubmit={onSubmit} key={sought}>
        <div className="field"><label htmlFor={`${field}actor`}>Actor</label><input id={`${field}actor`} name="actor" defaultValue={actor ?? ''} placeholder="support-desk or @alice:example.org" spellCheck={false} autoComplete="off" /></div>
        <div className="field"><label htmlFor={`${field}request`}>Request key</label><input id={`${field}request`} name="request" defaultValue={requestKey ?? ''} spellCheck={false} autoComplete="off" /></div>
        <div className="field"><label htmlFor={`${field}id`}>Correlation or event ID</label><input id={`${field}id`} name="id" defaultValue={correlationId ?? ''} spellCheck={false} autoComplete="off" /></div>
        <div className="field"><label htmlFor={`${field}since`}>From</label><input id={`${field}since`} name="since" type="datetime-local" step="1" defaultValue={since === undefined ? '' : inputOfTime(since)} /></div>
        <div className="actions"><button type="submit" className="primary">Look for it</button></div>
      </form>
      {actor === undefined && requestKey === undefined && correlationId === undefined ? (
        <Empty title="Nothing is looked for yet">Name an actor, a request key, or the ID of a correlation or event. The log is read from its beginning, or from a time, as nothing else finds this; it can be stopped, shared and gone on with.</Empty>
      ) : (
        <Scanned
          key={begun.count}
          sought={{
            ...(actor === undefined ? {} : { actor }),
            ...(requestKey === undefined ? {} : { requestKey }),
            ...(correlationId === undefined ? {} : { correlationId }),
            ...(since === undefined ? {} : { since }),
          }}
          begin={begun.begin}
          onAnew={() => {
            moveTo(undefined);
            setBegun({ sought, begin: undefined, count: begun.count + 1 });
          }}
          onCursor={moveTo}
        />
      )}
    </div>
  );
};
