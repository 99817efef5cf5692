import { useId } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import type { Address } from '../address/Address.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { AccessList } from './AccessList.js';

/** Who looked at the data of others. What is asked for stands in the address. */
export const AccessView = ({ address }: { readonly address: Address }): ReactNode => {
  const field = useId();
  const [userId, actor] = [address.query.get('user') ?? undefined, address.query.get('actor') ?? undefined];
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string | undefined => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : undefined;
    };
    goTo(linkWith(address, { user: text('user'), actor: text('actor') }));
  };
  return (
    <div className="operations">
      <h1>Who looked</h1>
      <form className="filters scan" aria-label="Whose and by whom" onSubmit={onSubmit} key={address.query.toString()}>
        <div className="field"><label htmlFor={`${field}user`}>Whose data</label><input id={`${field}user`} name="user" defaultValue={userId ?? ''} placeholder="@alice:example.org" spellCheck={false} autoComplete="off" /></div>
        <div className="field"><label htmlFor={`${field}actor`}>Who looked</label><input id={`${field}actor`} name="actor" defaultValue={actor ?? ''} placeholder="anybody" spellCheck={false} autoComplete="off" /></div>
        <div className="actions"><button type="submit" className="primary">Show</button></div>
      </form>
      <AccessList {...(userId === undefined ? {} : { userId })} {...(actor === undefined ? {} : { actor })} />
    </div>
  );
};
