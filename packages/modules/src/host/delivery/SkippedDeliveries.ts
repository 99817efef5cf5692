import { type Revision, isAfter, plus } from '@account-data/event-store';
import type { Change } from './Change.js';

/** How many are remembered at least; at most twice as many. */
const remembered = 4_096;

const keyOf = (user: string, revision: Revision): string => `${user} ${revision}`;

/** The changes that some module has failed and skipped lately: nothing else keeps that. */
export class SkippedDeliveries {
  #latest = new Set<string>();
  #before = new Set<string>();

  add({ userId, revision }: Change): void {
    this.#latest.add(keyOf(userId, revision));
    if (this.#latest.size < remembered) return;
    this.#before = this.#latest;
    this.#latest = new Set();
  }

  /** Whether any of the changes of a user from the first revision to the last was skipped. */
  hasAny(user: string, first: Revision, last: Revision): boolean {
    if (this.#latest.size + this.#before.size === 0) return false;
    for (let revision = first; !isAfter(revision, last); revision = plus(revision, 1)) {
      const key = keyOf(user, revision);
      if (this.#latest.has(key) || this.#before.has(key)) return true;
    }
    return false;
  }
}
