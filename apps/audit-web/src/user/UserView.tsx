import { useState } from 'react';
import type { ReactNode } from 'react';
import { AccessList } from '../access/AccessList.js';
import { linkTo } from '../address/Address.js';
import type { Address } from '../address/Address.js';
import { Heading } from '../layout/Heading.js';
import { useSession } from '../session/Session.js';
import { StateView } from '../state/StateView.js';
import { shown } from '../text/shown.js';
import { TimelineView } from '../timeline/TimelineView.js';
import { EraseDialog } from './EraseDialog.js';

/** Everything about one user. */
export const UserView = ({ userId, address }: { readonly userId: string; readonly address: Address }): ReactNode => {
  const { who } = useSession();
  const [erasing, setErasing] = useState(false);
  const part = address.path[2] === 'state' || address.path[2] === 'who' ? address.path[2] : address.query.get('show') === 'tags' ? 'tags' : 'account_data';
  const tabs = [
    { name: 'Account data', link: linkTo(['user', userId]), part: 'account_data' },
    { name: 'Room tags', link: linkTo(['user', userId], { show: 'tags' }), part: 'tags' },
    { name: 'State over time', link: linkTo(['user', userId, 'state']), part: 'state' },
    ...(who.grants.log === 'all' ? [{ name: 'Who looked', link: linkTo(['user', userId, 'who']), part: 'who' }] : []),
  ];
  return (
    <div className="user">
      <div className="user-head">
        <Heading>{shown(userId)}</Heading>
        <nav className="tabs" aria-label="Of this user">
          {tabs.map(({ name, link, part: other }) => <a key={name} href={link} aria-current={part === other ? 'page' : undefined}>{name}</a>)}
        </nav>
        {who.grants.erase === 'all' ? <button type="button" className="erase" onClick={() => { setErasing(true); }}>Erase…</button> : null}
      </div>
      {part === 'state' ? <StateView userId={userId} address={address} /> : null}
      {part === 'who' ? <div className="operations"><AccessList userId={userId} /></div> : null}
      {part === 'account_data' || part === 'tags' ? <TimelineView userId={userId} address={address} /> : null}
      {erasing ? <EraseDialog userId={userId} onClose={() => { setErasing(false); }} /> : null}
    </div>
  );
};
