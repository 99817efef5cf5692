import { useMemo, useSyncExternalStore } from 'react';
import { type Address, type QueryChange, addressOf, linkTo, withQuery } from './Address.js';

const listen = (onChange: () => void): (() => void) => {
  window.addEventListener('hashchange', onChange);
  return () => {
    window.removeEventListener('hashchange', onChange);
  };
};

/** Where the page is; renders anew as it moves. */
export const useAddress = (): Address => {
  const fragment = useSyncExternalStore(listen, () => window.location.hash);
  return useMemo(() => addressOf(fragment), [fragment]);
};

/** Goes to a link of the page. `replace` leaves no step back. */
export const goTo = (link: string, how: 'push' | 'replace' = 'push'): void => {
  if (how === 'push') window.location.hash = link;
  else {
    window.history.replaceState(null, '', link);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  }
};

/** The link to the same view with some of its query changed. */
export const linkWith = ({ path, query }: Address, changes: QueryChange): string => linkTo(path, withQuery(query, changes));
