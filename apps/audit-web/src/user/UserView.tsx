import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import type { Address } from '../address/Address.js';
import { shown } from '../text/shown.js';
import { TimelineView } from '../timeline/TimelineView.js';

/** Everything about one user. */
export const UserView = ({ userId, address }: { readonly userId: string; readonly address: Address }): ReactNode => {
  const tags = address.query.get('show') === 'tags';
  const tabs = [
    { name: 'Account data', link: linkTo(['user', userId]), current: !tags },
    { name: 'Room tags', link: linkTo(['user', userId], { show: 'tags' }), current: tags },
  ];
  return (
    <div className="user">
      <div className="user-head">
        <h1>{shown(userId)}</h1>
        <nav className="tabs" aria-label="Of this user">
          {tabs.map(({ name, link, current }) => <a key={name} href={link} aria-current={current ? 'page' : undefined}>{name}</a>)}
        </nav>
      </div>
      <TimelineView userId={userId} address={address} />
    </div>
  );
};
