import { type Trip, tripOfTab } from './grantOfTab.js';
import { pageAddress } from './SignInOffer.js';

/** What the issuer sent somebody back with. `trip`: undefined where this tab sent nobody there. @category model */
export interface Returned {
  readonly trip: Trip | undefined;
  readonly answer: URLSearchParams;
}

/**
 * Takes the answer of the issuer out of the address, which becomes the one that was left; undefined where there is none. It can be
 * taken once.
 */
export const takeReturned = (): Returned | undefined => {
  const { hash, search } = window.location;
  const answer = [new URLSearchParams(hash.slice(1)), new URLSearchParams(search)].find((given) => given.has('state') && (given.has('code') || given.has('error')));
  if (answer === undefined) return undefined;
  const trip = tripOfTab.read();
  tripOfTab.forget();
  window.history.replaceState(null, '', `${pageAddress()}${trip?.address ?? ''}`);
  return { trip, answer };
};
