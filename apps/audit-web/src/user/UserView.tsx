import { useState } from 'react';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import type { Address } from '../address/Address.js';
import { useSession } from '../session/Session.js';
import { StateView } from '../state/StateView.js';
import { shown } from '../text/shown.js';
import { TimelineView } from '../timeline/TimelineView.js';
import { EraseDialog } from './EraseDialog.js';

/** Everything about one user. */
export const UserView = ({ userId, address }: { readonly userId: string; readonly address: Address }): ReactNode => {
  const { who } = useSession();
  const [erasing, setErasing] = useState(false);
  const part = address.path[2] === 'state' ? 'state' : address.query.get('show') === 'tags' ? 'tags' : 'account_data';
  const tabs = [
    { name: 'Account data', link: linkTo(['user', userId]), part: 'account_data' },
    { name: 'Room tags', link: linkTo(['user', userId], { show: 'tags' }), part: 'tags' },
    { name: 'State over time', link: linkTo(['user', userId, 'state']), part: 'state' },
  ];
  return (
    <div className="user">
      <div className="user-head">
        <h1>{shown(userId)}</h1>
        <nav className="tabs" aria-label="Of this user">
          {tabs.map(({ name, link, part: other }) => <a key={name} href={link} aria-current={part === other ? 'page' : undefined}>{name}</a>)}
        </nav>
        {who.grants.erase === 'all' ? <button type="button" className="erase" onClick={() => { setErasing(true); }}>Erase…</button> : null}
      </div>
      {part === 'state' ? <StateView userId={userId} address={address} /> : <TimelineView userId={userId} address={address} />}
      {erasing ? <EraseDialog userId={userId} onClose={() => { setErasing(false); }} /> : null}
    </div>
  );
};
