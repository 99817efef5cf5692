import {
  earliest,
  type EventStore,
  isAfter,
  isUpTo,
  type Position,
  type ReadFrom,
  type Revision,
  type StreamName,
} from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { GroupProgress } from '../progress/ModuleProgress.js';
import type { ProgressFollower } from './ProgressFollower.js';

/** The change that is waited for. */
export interface AwaitedChange {
  readonly user: string;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly position: Position | undefined;
}

/** Whether every one of the modules is through with a change, by the progress that another instance has written. */
export const isHandledIn = (
  progress: GroupProgress,
  modules: ReadonlyArray<string>,
  change: AwaitedChange,
  position: Position | 'passed',
): boolean =>
  modules.every((name) => {
    const checkpoint = progress.modules[name];
    if (checkpoint === undefined) return false;
    const held = checkpoint.held.find(({ user }) => user === change.user);
    if (held !== undefined) return isAfter(held.nextRevision, change.revision);
    return position === 'passed' || isUpTo(position, checkpoint.low);
  });

/** Resolved with true when every module is through with the change; with false where one is paused, or by `signal`. */
export const followHandled = async (
  store: EventStore,
  follower: ProgressFollower,
  modules: ReadonlyArray<string>,
  change: AwaitedChange,
  signal: AbortSignal,
): Promise<boolean> => {
  const position = change.position ?? (await positionOf(store, follower, modules, change));
  if (position === undefined) return false;
  return new Promise((resolve) => {
    const settle = (handled: boolean): void => {
      unsubscribe();
      signal.removeEventListener('abort', giveUp);
      resolve(handled);
    };
    const giveUp = (): void => {
      settle(false);
    };
    const look = (): void => {
      const progress = follower.head?.progress;
      if (progress === undefined) return;
      if (isHandledIn(progress, modules, change, position)) settle(true);
      else if (modules.some((name) => progress.modules[name]?.paused !== undefined)) settle(false);
    };
    const unsubscribe = follower.onProgress(look);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    else look();
  });
};

/** Where the change stands in the log; `passed` where every module's low-water mark is beyond it. */
const positionOf = async (
  store: EventStore,
  follower: ProgressFollower,
  modules: ReadonlyArray<string>,
  change: AwaitedChange,
): Promise<Position | 'passed' | undefined> => {
  const progress = follower.head?.progress;
  let after = modules
    .map((name): ReadFrom => progress?.modules[name]?.low ?? 'start')
    .reduce((a, b) => earliest(a, b));
  for (;;) {
    const slice = await store.readAll({ after, prefixes: [change.stream], limit: 500 })();
    if (E.isLeft(slice)) return undefined;
    const found = slice.right.events.find(
      (event) => event.stream === change.stream && event.revision === change.revision,
    );
    if (found !== undefined) return found.position;
    if (slice.right.isEnd) return 'passed';
    after = slice.right.next;
  }
};
