import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { Address } from '../address/Address.js';
import { QueryForm } from '../address/QueryForm.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { Heading } from '../layout/Heading.js';
import { Empty } from '../problems/Empty.js';
import { timeOfInput } from '../text/times.js';
import { Scanned } from './Scanned.js';

/** A scan that was begun: for what, and where. */
interface Begun {
  readonly sought: string;
  readonly begin: string | undefined;
  /** Tells it from those before. */
  readonly count: number;
}

/**
 * Looks through the log for what somebody did, what one request came to, or what belongs to a room. What is looked for stands in the address,
 * and how far that is.
 */
export const ScanView = ({ address }: { readonly address: Address }): ReactNode => {
  const given = (name: string): string | undefined => address.query.get(name) ?? undefined;
  const [actor, requestKey, correlationId, roomId, since] = [given('actor'), given('request'), given('id'), given('room'), timeOfInput(given('since') ?? null)];
  const sought = JSON.stringify([actor, requestKey, correlationId, roomId, since]);
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
      <Heading>Find changes in the log</Heading>
      <QueryForm
        label="What is looked for"
        address={address}
        fields={[
          { name: 'actor', label: 'Actor', placeholder: 'support-desk or @alice:example.org' },
          { name: 'request', label: 'Request key' },
          { name: 'id', label: 'Correlation or event ID' },
          { name: 'room', label: 'Room', placeholder: '!room:example.org' },
          { name: 'since', label: 'From', isTime: true },
        ]}
        send="Look for it"
      />
      {[actor, requestKey, correlationId, roomId].every((value) => value === undefined) ? (
        <Empty title="Nothing is looked for yet">Name an actor, a request key, the ID of a correlation or event, or a room. The log is read from its beginning, or from a time, as nothing else finds this; it can be stopped, shared and gone on with.</Empty>
      ) : (
        <Scanned
          key={begun.count}
          sought={{
            ...(actor === undefined ? {} : { actor }),
            ...(requestKey === undefined ? {} : { requestKey }),
            ...(correlationId === undefined ? {} : { correlationId }),
            ...(roomId === undefined ? {} : { roomId }),
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
