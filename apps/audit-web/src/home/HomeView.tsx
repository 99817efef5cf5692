import { useId, useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { linkTo } from '../address/Address.js';
import { goTo } from '../address/useAddress.js';
import { Heading } from '../layout/Heading.js';
import { useSession } from '../session/Session.js';
import { FoundUsers } from './FoundUsers.js';

/** Where one begins: with the user whose data it is about. */
export const HomeView = (): ReactNode => {
  const { who } = useSession();
  const field = useId();
  const [fault, setFault] = useState<string>();
  const [typed, setTyped] = useState(who.userId ?? '');
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get('user');
    const userId = typeof given === 'string' ? given.trim() : '';
    if (/^@[^:]*:./.test(userId)) goTo(linkTo(['user', userId]));
    else setFault('A user ID looks like @alice:example.org: with an @ in front, and a colon before the server name.');
  };
  return (
    <div className="home">
      <Heading>Whose data is it about?</Heading>
      <form className="search" role="search" onSubmit={onSubmit}>
        <label htmlFor={field} className="unseen">User ID</label>
        <input id={field} name="user" autoFocus spellCheck={false} autoComplete="off" placeholder="@alice:example.org" value={typed} onChange={(event) => { setTyped(event.target.value); }} aria-describedby={fault === undefined ? undefined : `${field}fault`} aria-invalid={fault !== undefined} />
        <button type="submit" className="primary">Open</button>
      </form>
      {fault === undefined ? null : <p id={`${field}fault`} className="fault" role="alert">{fault}</p>}
      {who.grants.log === 'all' ? <FoundUsers typed={typed.trim()} /> : null}
      {who.grants.log === 'all' ? <p className="quiet">Or look at <a href={linkTo(['log'])}>the changes of all users</a>, newest first.</p> : null}
      {who.grants.read === 'own' ? <p className="quiet">Your token shows your own data only.</p> : null}
    </div>
  );
};
