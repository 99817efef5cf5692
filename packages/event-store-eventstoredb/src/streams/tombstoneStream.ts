import type { AppendError, OutcomeUnknown, StreamName } from '@account-data/event-store';
import { backoffDelay, pause, within } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describeFault, isUnspeakable, serverFault } from '../faults/ServerFault.js';
import { atNode } from '../reads/atNode.js';
import { accessDenied, type StoreContext, unavailable } from '../reads/retryRead.js';
import { isTombstonedByAppend } from './isTombstonedByAppend.js';
import { tombstoneRequest } from '../wire/appendRequests.js';

const outcomeUnknown = (name: string, stream: StreamName, reason: string): OutcomeUnknown => ({
  _tag: 'OutcomeUnknown',
  code: 'outcome_unknown',
  stream,
  message: `It is not known whether ${name} tombstoned ${stream}: ${reason}. Tombstone it again to be sure.`,
});

/**
 * Tombstones a stream, whatever its revision. Doing it again is what finds out about an unknown outcome: a stream that is
 * tombstoned already is what was wanted.
 *
 * @category combinators
 */
export const tombstoneStream = async (context: StoreContext, stream: StreamName): Promise<E.Either<AppendError, void>> => {
  const { runtime, timeouts, name } = context;
  const end = runtime.clock.monotonic() + timeouts.append;
  let unknown: string | undefined;
  for (let round = 1; ; round += 1) {
    const left = Math.min(timeouts.attempt, Math.max(1, end - runtime.clock.monotonic()));
    try {
      await atNode(context, left, (node) => {
        const call = node.tombstone(tombstoneRequest(stream, 'any'));
        return within(runtime, left, call.result, call.cancel);
      });
      return E.right(undefined);
    } catch (error) {
      const fault = serverFault(error);
      if (fault._tag === 'Tombstoned' || (isUnspeakable(error) && (await isTombstonedByAppend(context, stream)))) return E.right(undefined);
      if (fault._tag === 'AccessDenied') {
        // After an attempt of unknown outcome a refusal says nothing about that one, as with appends.
        return E.left(unknown === undefined ? accessDenied(name, `delete ${stream}`) : outcomeUnknown(name, stream, unknown));
      }
      if (fault._tag !== 'Transient') throw new Error(`${name} refused to tombstone ${stream}: ${describeFault(fault)}`);
      if (fault.sent) unknown = fault.reason;
      const delay = backoffDelay(runtime, timeouts.retry, round);
      if (runtime.clock.monotonic() + delay >= end) {
        return E.left(unknown === undefined ? unavailable(name, fault.reason) : outcomeUnknown(name, stream, unknown));
      }
      await pause(runtime, delay);
    }
  }
};
