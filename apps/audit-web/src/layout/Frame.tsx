import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import { useAddress } from '../address/useAddress.js';
import { reasonOfTab } from '../session/reasonOfTab.js';
import { useSession } from '../session/Session.js';
import { useReason } from '../session/useReason.js';
import { shown } from '../text/shown.js';

/** What stands around every view: where one can go, and who is signed in. */
export const Frame = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const { who, signOut } = useSession();
  const [view] = useAddress().path;
  const reason = useReason();
  const places = [
    { name: 'Users', view: undefined, allowed: true },
    { name: 'All changes', view: 'log', allowed: who.grants.log === 'all' },
    { name: 'Find', view: 'find', allowed: who.grants.log === 'all' },
    { name: 'Who looked', view: 'who', allowed: who.grants.log === 'all' },
    { name: 'Modules', view: 'modules', allowed: who.grants.inspect === 'all' },
    { name: 'Projection', view: 'projection', allowed: who.grants.inspect === 'all' },
  ].filter(({ allowed }) => allowed);
  return (
    <>
      <a className="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus(); }}>Skip to the content</a>
      <header className="frame">
        <a className="brand" href={linkTo([])}>Account data audit</a>
        <nav aria-label="Views">
          {places.map(({ name, view: other }) => (
            <a key={name} href={linkTo(other === undefined ? [] : [other])} aria-current={view === other || (view === 'user' && other === undefined) ? 'page' : undefined}>{name}</a>
          ))}
        </nav>
        <div className="who">
          {reason === undefined ? null : (
            <span className="why"><span className="quiet">Reason:</span> {reason === '' ? 'none' : shown(reason)} <button type="button" className="link" onClick={reasonOfTab.forget}>Change<span className="unseen"> the reason</span></button></span>
          )}
          <span>{shown(who.actor.id)} <span className="quiet">{who.role}</span></span>
          <button type="button" onClick={signOut}>Sign out</button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
    </>
  );
};
