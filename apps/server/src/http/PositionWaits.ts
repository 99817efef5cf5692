import type { Position } from '@account-data/event-store';
import type { Session } from '../auth/Session.js';
import type { Clock } from '@account-data/runtime';
import type { AccountDataEngine } from '@account-data/engine';
import type { Slots } from '../limits/Slots.js';
import type { Exchange } from './Exchange.js';
import type { LogPlace } from './LogToken.js';
import type { Responder } from './Responder.js';

/**
 * How a wait for a position ended. `lost`: it is of a history that the log lost; `late`: the time is over, or the server
 * stops; `gone`: nobody waits for the answer any more; `ended`: the token no longer stands for whom it stood for; `all`,
 * `principal`: there were too many such waits, on the server or of this principal.
 *
 * @category model
 */
export type Waited = 'reached' | 'lost' | 'late' | 'gone' | 'ended' | 'all' | 'principal';

/** Requests that wait until reads reflect a position. Each takes a place. @category model */
export interface PositionWaits {
  /** `timeout` in milliseconds. At once where the position is reflected: that takes no place. */
  readonly wait: (exchange: Exchange, session: Session, place: LogPlace, timeout: number) => Promise<Waited>;
}

/** What waits for positions are made with. @category model */
export interface PositionWaitsOptions {
  readonly reflects: (position: Position) => boolean;
  readonly placeOf: AccountDataEngine['placeOf'];
  readonly waitForPosition: (position: Position, timeout: number) => Promise<boolean>;
  readonly slots: Slots;
  readonly responder: Pick<Responder, 'enter' | 'leave'>;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
}

/** Between two looks at whether anybody still waits, in milliseconds. */
const interval = 500;

/** After so many milliseconds the log is asked whether it has the position at all. */
const patience = 1_000;

/** Makes the waits of requests for a position. @category constructors */
export const makePositionWaits = (options: PositionWaitsOptions): PositionWaits => {
  const { reflects, placeOf, waitForPosition, slots, responder, clock, stopping } = options;

  const until = async (exchange: Exchange, hasEnded: () => boolean, position: Position, end: number): Promise<Waited> => {
    for (let left = end - clock.monotonic(); left > 0 && !stopping.aborted; left = end - clock.monotonic()) {
      const patience = Math.min(left, interval);
      const asked = clock.monotonic();
      const reached = await waitForPosition(position, patience);
      if (hasEnded()) return 'ended';
      if (reached) return 'reached';
      if (exchange.reply.raw.destroyed) return 'gone';
      // A projection that has stopped answers at once, and will not get there.
      if (clock.monotonic() - asked < patience / 2) return 'late';
    }
    return reflects(position) ? 'reached' : 'late';
  };

  return {
    wait: async (exchange, session, { position, epoch }, timeout) => {
      if (position === 'start') return 'reached';
      const reached = async (): Promise<Waited> => ((await placeOf(position, epoch)) === 'lost' ? 'lost' : 'reached');
      if (reflects(position)) return reached();
      const free = slots.take(session.principal.id);
      if (typeof free === 'string') return free;
      let ended = false;
      const unfollow = session.follow(() => {
        ended = true;
      });
      responder.leave();
      try {
        const hasEnded = (): boolean => ended;
        const end = clock.monotonic() + timeout;
        const first = await until(exchange, hasEnded, position, Math.min(end, clock.monotonic() + patience));
        if (first === 'reached') return await reached();
        if (first !== 'late') return first;
        if ((await placeOf(position, epoch)) === 'lost') return 'lost';
        const rest = await until(exchange, hasEnded, position, end);
        return rest === 'reached' ? await reached() : rest;
      } finally {
        responder.enter();
        unfollow();
        free();
      }
    },
  };
};
