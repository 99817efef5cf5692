import { type EventStore, isUpTo, type Position, type Revision, StreamName } from '@account-data/event-store';
import { type AsyncScope, pause, type Runtime, withDeadline } from '@account-data/runtime';
import { AwaitInsideCallback } from '../errors.js';
import type { HostLifecycle } from '../HostLifecycle.js';
import type { AwaitedDelivery, ModuleHost } from '../ModuleHost.js';
import { type ModuleRef, isDelivery } from '../ModuleRef.js';
import { followHandled } from '../ownership/followHandled.js';
import type { ParkedStreams } from '../parked/ParkedStreams.js';

/** What waiting for modules works on. @category model */
export interface WaitingOptions {
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly scope: AsyncScope<ModuleRef>;
  readonly lifecycle: HostLifecycle;
  readonly accountDataPrefix: string;
  readonly parked: ParkedStreams;
}

/** Milliseconds between two looks at how far the modules are. */
const lookEvery = 5;

/** Waiting for the modules: here while this instance delivers, by the progress in the store while another one does. */
export const waiting = (options: WaitingOptions): Pick<ModuleHost, 'waitForHandled' | 'waitForPosition'> => {
  const { store, runtime, scope, lifecycle, accountDataPrefix, parked } = options;

  const whoeverDelivers = async (
    user: string,
    stream: StreamName,
    revision: Revision,
    position: Position | undefined,
    signal: AbortSignal,
  ): Promise<'delivered' | 'pending'> => {
    while (!signal.aborted) {
      if (lifecycle.state === 'stopped' || lifecycle.state === 'failed') return 'pending';
      const changed = lifecycle.changed();
      const { term, follower } = lifecycle;
      if (term !== undefined) {
        const result = await term.session.waitForHandled(user, stream, revision, signal);
        if (result !== 'moved') return result;
      } else if (follower !== undefined) {
        const modules = lifecycle.modules.map(({ name }) => name);
        const change = { user, stream, revision, position };
        const moved = new AbortController();
        const stop = (): void => {
          moved.abort();
        };
        signal.addEventListener('abort', stop, { once: true });
        void changed.then(stop);
        if (await followHandled(store, follower, modules, change, moved.signal)) return 'delivered';
        if (!moved.signal.aborted) return 'pending';
      }
      if (lifecycle.term === term && lifecycle.follower === follower) await Promise.race([changed, aborted(signal)]);
    }
    return 'pending';
  };

  const cameTo = async (stream: string, user: string, first: Revision, last: Revision): Promise<AwaitedDelivery> => {
    for (const { name } of lifecycle.modules) {
      // Who delivers knows what is parked; who follows reads it.
      if (lifecycle.term === undefined) await parked.list(name)();
      if (parked.hasAny(name, stream, first, last)) return 'parked';
    }
    return lifecycle.term?.session.skipped.hasAny(user, first, last) === true ? 'skipped' : 'delivered';
  };

  return {
    waitForHandled: async (stream, revision, timeout, position, first = revision) => {
      const inside = scope.current();
      if (inside !== undefined && isDelivery(inside)) throw new AwaitInsideCallback(inside.module);
      if (!stream.startsWith(accountDataPrefix)) throw new TypeError(`Modules don't hear of the stream ${stream}.`);
      const user = stream.slice(accountDataPrefix.length);
      return withDeadline(runtime, timeout, async (signal) => {
        const result = await whoeverDelivers(user, StreamName(stream), revision, position, signal);
        return result === 'pending' ? result : cameTo(stream, user, first, revision);
      });
    },
    waitForPosition: async (position, timeout) => {
      const end = runtime.clock.monotonic() + timeout;
      for (;;) {
        if (await isPast(lifecycle, position)) return true;
        if (runtime.clock.monotonic() >= end || lifecycle.state === 'stopped' || lifecycle.state === 'failed') return false;
        await pause(runtime, lookEvery);
      }
    },
  };
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });

const isPast = async ({ term, follower, modules }: HostLifecycle, position: Position): Promise<boolean> => {
  if (term !== undefined) return term.session.isPast(position);
  const progress = follower?.head?.progress;
  if (progress === undefined) return false;
  return modules.every(({ name }) => {
    const checkpoint = progress.modules[name];
    return checkpoint !== undefined && (checkpoint.paused !== undefined || isUpTo(position, checkpoint.low));
  });
};
