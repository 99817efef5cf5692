import type { Clock, Timers } from '@account-data/runtime';
import type { Authentication } from './Session.js';
import type { Principal } from './Principal.js';

/** Between two looks at the sessions that something hangs on, in milliseconds. */
const interval = 2_000;

/** How long such a session outlives what was last believed of it while its source can't tell, in milliseconds. */
const outageGrace = 10_000;

/** A session as it is followed: who it speaks for, and until when that is believed, by the monotonic clock. @category model */
export interface Followable {
  readonly principal: Principal;
  readonly until: number;
}

interface Followed {
  readonly session: Followable;
  readonly ask: () => Promise<Authentication>;
  readonly listeners: Set<() => void>;
  until: number;
  asking: boolean;
}

/** Tells whoever goes on answering a token (feeds, exports, waits) that it no longer stands for whom it stood for. @category model */
export interface SessionFollower {
  /**
   * `onEnd` is called at most once: when the sources know the token no more, or as somebody else's or with another role.
   * `ask` asks them. Gives the function that ends the following.
   */
  readonly follow: (session: Followable, ask: () => Promise<Authentication>, onEnd: () => void) => () => void;
}

/**
 * Sources are asked again once what they said last is believed no more, so that following costs nothing that requests
 * don't, and one timer serves all.
 *
 * @category constructors
 */
export const followSessions = ({ clock, timers }: { readonly clock: Clock; readonly timers: Timers }): SessionFollower => {
  const followed = new Map<Followable, Followed>();
  let watching = false;

  const end = (one: Followed): void => {
    followed.delete(one.session);
    for (const listener of [...one.listeners]) listener();
    one.listeners.clear();
  };

  const askAgain = async (one: Followed): Promise<void> => {
    one.asking = true;
    try {
      const answer = await one.ask();
      if (answer._tag === 'Session' && isSame(answer.session.principal, one.session.principal)) one.until = answer.session.until;
      else if (answer._tag !== 'Unavailable' || clock.monotonic() - one.until > outageGrace) end(one);
    } finally {
      one.asking = false;
    }
  };

  const look = (): void => {
    watching = followed.size > 0;
    if (!watching) return;
    const now = clock.monotonic();
    for (const one of followed.values()) if (one.until <= now && !one.asking) void askAgain(one);
    timers.setBackgroundTimeout(look, interval);
  };

  return {
    follow: (session, ask, onEnd) => {
      // What is believed for good is asked about never.
      if (session.until === Number.POSITIVE_INFINITY) return () => undefined;
      const one = followed.get(session) ?? { session, ask, listeners: new Set(), until: session.until, asking: false };
      followed.set(session, one);
      const listener = (): void => {
        onEnd();
      };
      one.listeners.add(listener);
      if (!watching) {
        watching = true;
        timers.setBackgroundTimeout(look, interval);
      }
      return () => {
        one.listeners.delete(listener);
        if (one.listeners.size === 0) followed.delete(session);
      };
    },
  };
};

const isSame = (one: Principal, other: Principal): boolean =>
  one.role === other.role && one.userId === other.userId && one.id === other.id && one.actor.id === other.actor.id;
