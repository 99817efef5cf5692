import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { linkTo } from '../address/Address.js';
import { Problem } from '../problems/Problem.js';
import { useSession } from '../session/Session.js';
import { shown } from '../text/shown.js';

const mostFound = 20;

/** The users whose IDs begin with what was typed so far. An `@` in front goes without saying. */
export const FoundUsers = ({ typed }: { readonly typed: string }): ReactNode => {
  const { client } = useSession();
  const prefix = typed === '' || typed.startsWith('@') ? typed : `@${typed}`;
  const { data, error } = useQuery({
    queryKey: ['users', prefix],
    queryFn: ({ signal }) => client.users({ ...(prefix === '' ? {} : { prefix }), limit: mostFound, signal }),
    placeholderData: keepPreviousData,
  });
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return null;
  if (data.users.length === 0) {
    return <p className="quiet" role="status">No user ID begins like this. Case counts; a user that was erased is not listed.</p>;
  }
  return (
    <section aria-label="Users found">
      <ul className="found">
        {data.users.map((userId) => <li key={userId}><a href={linkTo(['user', userId])}>{shown(userId)}</a></li>)}
      </ul>
      {data.next === undefined ? null : <p className="quiet small" role="status">The first {mostFound} are shown. Type more to narrow them.</p>}
    </section>
  );
};
