import { Position } from '@account-data/event-store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../auth/Session.js';
import type { Refusal } from '../http/Refusal.js';
import { answeredHere } from './answeredHere.js';

/** What a process beside the owner of the log decides by. @category model */
export interface BesideOwnerOptions {
  /** How far the log is durable now, as `look` of the store gives it. */
  readonly look: () => number;
  readonly reflects: (position: Position) => boolean;
  readonly waitForPosition: (position: Position, timeout: number) => Promise<boolean>;
  /** Whether reads reflect what was in the log at the start. */
  readonly ready: () => boolean;
  /** Whether changes are decided here; else the owner does. */
  readonly answersWrites: boolean;
  readonly identify: (request: FastifyRequest) => Session | Refusal | Promise<Session | Refusal>;
  readonly handOver: (request: FastifyRequest, reply: FastifyReply) => void;
}

/** Sends a request on to the owner, or calls `here` where this process answers it. @category model */
export type PassOn = (request: FastifyRequest, reply: FastifyReply, here: () => void) => void;

/** How long a read waits for what was acknowledged before it came; then the owner answers it. In milliseconds. */
const patience = 1_000;

/**
 * Reads are answered here when they reflect all that was durable as they came: whoever was told of a change or an erasure, at
 * whatever process, sees it. Those whom this process does not know, the owner may.
 *
 * @category constructors
 */
export const besideOwner = ({ look, reflects, waitForPosition, ready, answersWrites, identify, handOver }: BesideOwnerOptions): PassOn => {
  let shown = 0;

  /** True, or a promise of whether it is soon. */
  const upToDate = (): true | Promise<boolean> => {
    const durable = look();
    if (durable <= shown) return true;
    const position = Position(durable);
    const reached = (): true => {
      shown = Math.max(shown, durable);
      return true;
    };
    if (reflects(position)) return reached();
    return waitForPosition(position, patience).then((isShown) => isShown && reached());
  };

  /** A log that can't be read here may be read there. */
  const upToDateOr = (otherwise: () => void): true | Promise<boolean> | undefined => {
    try {
      return upToDate();
    } catch {
      otherwise();
      return undefined;
    }
  };

  return (request, reply, here) => {
    const kind = answeredHere(request.raw.method, request.raw.url);
    const elsewhere = (): void => {
      handOver(request, reply);
    };
    if (kind === undefined || !ready() || (kind === 'write' && !answersWrites)) {
      elsewhere();
      return;
    }
    const known = (found: Session | Refusal): void => {
      if ('_tag' in found) {
        elsewhere();
        return;
      }
      const isShown = kind === 'write' ? true : upToDateOr(elsewhere);
      if (isShown === undefined) return;
      if (isShown === true) here();
      else isShown.then((shownNow) => { (shownNow ? here : elsewhere)(); }, elsewhere);
    };
    const found = identify(request);
    if (found instanceof Promise) found.then(known, elsewhere);
    else known(found);
  };
};
