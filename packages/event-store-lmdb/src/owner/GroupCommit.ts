import type { PositionedEvent } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type { Environment } from '../layout/Environment.js';
import { commitFailure, handleCommit } from '../layout/commitFailure.js';
import { encodeBlock, maxBlockBytes, maxBlockEntries } from '../layout/LogBlock.js';

/** What is appended together and becomes durable with one flush. */
interface Group {
  /** The position of the first entry. */
  readonly first: number;
  readonly texts: Array<string>;
  readonly events: Array<PositionedEvent>;
  readonly settle: Array<(failure: Error | undefined) => void>;
  /** How many of the texts were put. */
  put: number;
}

/** A group of more entries than this was made by appends that come together. */
const fewEntries = 2;

/** Makes a write that fails fail the store. Every promise of lmdb's must come by here. */
export type WatchWrite = (write: Promise<boolean>) => void;

export interface GroupCommitOptions {
  readonly environment: Environment;
  readonly runtime: Runtime;
  /** The position the next entry takes. */
  readonly next: number;
  /** Puts more into the write that is being made (the index), and has it watched; gives what to do once it is durable. */
  readonly alongside: (watch: WatchWrite) => (() => void) | undefined;
  /** Called when a group is durable, before anything else: `alongside` of the next one builds on it. */
  readonly apply: (last: number) => void;
  /** Makes a durable group known, before those who wait for it are told. */
  readonly publish: (events: ReadonlyArray<PositionedEvent>, last: number) => void;
  /** Called once, when a write failed, before those who wait are told. */
  readonly onFailure: (failure: Error) => void;
}

/**
 * The only writer of the log. One group is being flushed at a time; what comes meanwhile gathers in the next one. A group
 * is one LMDB transaction, so that after a crash it is there as a whole or not at all.
 *
 * lmdb begins to write what is put in one turn of the event loop at its end. While appends come one at a time, each is put
 * at once, and what else comes in that turn joins it; while they come together, a turn is waited for, so that they share a
 * block.
 */
export interface GroupCommit {
  /** The position the next entry takes. */
  readonly next: () => number;
  /** Everything up to here is durable. */
  readonly durable: () => number;
  /** Takes up an entry, with the event that subscriptions will be told (none for a tombstone or metadata). */
  readonly add: (text: string, event: PositionedEvent | undefined) => void;
  /** Calls back once everything that was added up to a position is durable, or with the failure; later than `add`. */
  readonly whenDurable: (position: number, settle: (failure: Error | undefined) => void) => void;
  /** The event at a position that is not durable yet. */
  readonly pending: (position: number) => PositionedEvent | undefined;
  readonly hasFailed: () => boolean;
  /** Accepts nothing more, and tells all who wait. */
  readonly fail: (cause: unknown) => void;
  /** Writes what `alongside` has to write also where nothing is appended. */
  readonly poke: () => void;
  /** Resolved when nothing is waiting or being written. */
  readonly idle: () => Promise<void>;
}

export const createGroupCommit = (options: GroupCommitOptions): GroupCommit => {
  const { environment, runtime } = options;
  const { root, log } = environment;
  let next = options.next;
  let durable = options.next - 1;
  /** Not begun: another group is being written, or this turn is being waited for. */
  let gathering: Group | undefined;
  /** Begun, and still open to what comes before lmdb begins to write it. */
  let joinable: Group | undefined;
  let inFlight: Group | undefined;
  /** Durable, and not told of yet. */
  let telling: Group | undefined;
  let lastSize = 0;
  let scheduled = false;
  let poked = false;
  let failure: Error | undefined;
  let watched: Promise<boolean> | undefined;
  let whenIdle: Array<() => void> = [];

  const schedule = (): void => {
    if (scheduled || inFlight !== undefined) return;
    scheduled = true;
    runtime.timers.defer(begin);
  };

  const target = (): Group => {
    if (joinable !== undefined) return joinable;
    gathering ??= { first: next, texts: [], events: [], settle: [], put: 0 };
    return gathering;
  };

  const tellIdle = (): void => {
    const isBusy = telling !== undefined || inFlight !== undefined || gathering !== undefined || scheduled;
    if (isBusy && failure === undefined) return;
    const waiting = whenIdle;
    whenIdle = [];
    for (const resolve of waiting) resolve();
  };

  const fail = (cause: unknown): void => {
    if (failure !== undefined) return;
    const failed = commitFailure(cause);
    failure = failed;
    const groups = [telling, inFlight, gathering];
    telling = undefined;
    inFlight = undefined;
    gathering = undefined;
    joinable = undefined;
    try {
      options.onFailure(failed);
    } finally {
      for (const group of groups) for (const settle of group?.settle ?? []) settle(failed);
      tellIdle();
    }
  };

  /** Tells of a group that is durable. */
  const tell = (group: Group): void => {
    if (failure !== undefined) return;
    try {
      options.publish(group.events, group.first + group.texts.length - 1);
      for (const settle of group.settle) settle(undefined);
    } catch (cause) {
      // It is durable, but could not be made known: nobody may build on what others don't see.
      fail(cause);
      return;
    }
    telling = undefined;
    tellIdle();
  };

  const succeed = (group: Group, afterwards: (() => void) | undefined): void => {
    if (failure !== undefined) return;
    inFlight = undefined;
    lastSize = group.texts.length;
    durable = group.first + lastSize - 1;
    afterwards?.();
    options.apply(durable);
    telling = group;
    if (gathering !== undefined || poked) {
      // lmdb writes the next group from the end of this turn on: while the disk has it, this one is made known.
      begin();
      runtime.timers.defer(() => {
        tell(group);
      });
    } else tell(group);
  };

  /** Writes of one transaction share one promise. */
  const watch: WatchWrite = (write) => {
    if (write === watched) return;
    watched = write;
    write.then(undefined, fail);
  };

  const putBlocks = (group: Group): void => {
    const { texts } = group;
    let bytes = 0;
    for (let index = group.put; index < texts.length; index += 1) {
      bytes += texts[index]?.length ?? 0;
      const isLast = index === texts.length - 1;
      if (!isLast && bytes < maxBlockBytes && index - group.put + 1 < maxBlockEntries) continue;
      const block = encodeBlock(group.put === 0 && isLast ? texts : texts.slice(group.put, index + 1));
      watch(log.put(group.first + group.put, block));
      group.put = index + 1;
      bytes = 0;
    }
  };

  const begin = (): void => {
    scheduled = false;
    if (failure !== undefined || inFlight !== undefined) return;
    const group = target();
    gathering = undefined;
    joinable = group;
    inFlight = group;
    poked = false;
    try {
      // All writes of one turn of the event loop are one transaction (lmdb's eventTurnBatching).
      putBlocks(group);
      const afterwards = options.alongside(watch);
      if (group.put === 0 && watched === undefined) joinable = undefined;
      handleCommit(root, runtime);
      root.flushed.then(
        () => {
          succeed(group, afterwards);
        },
        fail,
      );
    } catch (cause) {
      fail(cause);
    }
  };

  root.on('beforecommit', () => {
    const group = joinable;
    joinable = undefined;
    watched = undefined;
    if (group === undefined || failure !== undefined) return;
    try {
      putBlocks(group);
    } catch (cause) {
      fail(cause);
    }
  });

  return {
    next: () => next,
    durable: () => durable,
    add: (text, event) => {
      const group = target();
      group.texts.push(text);
      if (event !== undefined) group.events.push(event);
      next += 1;
    },
    whenDurable: (position, settle) => {
      if (failure !== undefined) settle(failure);
      else if (position <= durable) settle(undefined);
      else if (gathering === undefined || position < gathering.first) inFlight?.settle.push(settle);
      else {
        gathering.settle.push(settle);
        if (inFlight !== undefined || scheduled) return;
        if (lastSize <= fewEntries) begin();
        else schedule();
      }
    },
    pending: (position) => {
      const group = gathering !== undefined && position >= gathering.first ? gathering : inFlight;
      const atPosition = group?.events[position - group.first];
      if (atPosition?.position === BigInt(position)) return atPosition;
      return group?.events.find((event) => event.position === BigInt(position));
    },
    hasFailed: () => failure !== undefined,
    fail,
    poke: () => {
      if (failure !== undefined) return;
      poked = true;
      schedule();
    },
    idle: () =>
      new Promise((resolve) => {
        whenIdle.push(resolve);
        tellIdle();
      }),
  };
};
