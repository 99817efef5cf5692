import { useId } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import type { Address } from '../address/Address.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { Empty } from '../problems/Empty.js';
import { Scanned } from './Scanned.js';

/** Looks through the whole log for what somebody did, or for what one request came to. What is looked for stands in the address. */
export const ScanView = ({ address }: { readonly address: Address }): ReactNode => {
  const field = useId();
  const [actor, id] = [address.query.get('actor') ?? undefined, address.query.get('id') ?? undefined];
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string | undefined => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : undefined;
    };
    goTo(linkWith(address, { actor: text('actor'), id: text('id') }));
  };
  const sought = `${actor ?? ''} ${id ?? ''}`;
  return (
    <div className="operations">
      <h1>Find changes by who made them</h1>
      <form className="filters scan" aria-label="What is looked for" onSubmit={onSubmit} key={sought}>
        <div className="field"><label htmlFor={`${field}actor`}>Actor</label><input id={`${field}actor`} name="actor" defaultValue={actor ?? ''} placeholder="support-desk or @alice:example.org" spellCheck={false} autoComplete="off" /></div>
        <div className="field"><label htmlFor={`${field}id`}>Correlation or event ID</label><input id={`${field}id`} name="id" defaultValue={id ?? ''} spellCheck={false} autoComplete="off" /></div>
        <div className="actions"><button type="submit" className="primary">Look for it</button></div>
      </form>
      {actor === undefined && id === undefined ? (
        <Empty title="Nothing is looked for yet">Name an actor, or the ID of a correlation or event. The log is read from its end, as nothing else finds this; it can be stopped and gone on with.</Empty>
      ) : (
        <Scanned key={sought} sought={{ ...(actor === undefined ? {} : { actor }), ...(id === undefined ? {} : { id }) }} />
      )}
    </div>
  );
};
