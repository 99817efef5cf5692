import type { ReactNode } from 'react';
import type { Address } from '../address/Address.js';
import { QueryForm } from '../address/QueryForm.js';
import { Heading } from '../layout/Heading.js';
import { AccessList } from './AccessList.js';

/** Who looked at the data of others. What is asked for stands in the address. */
export const AccessView = ({ address }: { readonly address: Address }): ReactNode => {
  const [userId, actor] = [address.query.get('user') ?? undefined, address.query.get('actor') ?? undefined];
  return (
    <div className="operations">
      <Heading>Who looked</Heading>
      <QueryForm
        label="Whose and by whom"
        address={address}
        fields={[{ name: 'user', label: 'Whose data', placeholder: '@alice:example.org' }, { name: 'actor', label: 'Who looked', placeholder: 'anybody' }]}
        send="Show"
      />
      <AccessList {...(userId === undefined ? {} : { userId })} {...(actor === undefined ? {} : { actor })} />
    </div>
  );
};
