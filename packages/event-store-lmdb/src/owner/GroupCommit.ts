import type { PositionedEvent } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type { Environment } from '../layout/Environment.js';
import { commitFailure } from '../layout/commitFailure.js';
import type { LogBlock } from '../layout/blockTables.js';
import { encodeBlock, maxBlockBytes, maxBlockEntries } from '../layout/encodeBlock.js';
import { writeNow } from '../layout/writeNow.js';

/** What is appended together and becomes durable with one flush. */
interface Group {
  /** The position of the first entry. */
  readonly first: number;
  readonly texts: Array<string>;
  readonly events: Array<PositionedEvent>;
  readonly settle: Array<(failure: Error | undefined) => void>;
}

/** What a write takes for pages besides the blocks, in bytes; most of it is for a slice of the index. */
const pagesBytes = 512 * 1024;

/** Fewer appends than this at once are best flushed together. */
const fewEntries = 8;

export interface GroupCommitOptions {
  readonly environment: Environment;
  readonly runtime: Runtime;
  /** The position the next entry takes. */
  readonly next: number;
  /** How many positions before it hold nothing, since a compaction removed what stood there. */
  readonly gap: number;
  /** Puts more into the write that is being made (the index); gives what to do once it is durable. */
  readonly alongside: () => (() => void) | undefined;
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
 * While the disk is free, a group is begun at the end of the turn of the event loop, so that appends that come together
 * share a flush, and at once when there are as many as can be had without the process waiting for the disk: half of those
 * that wait for an answer. A server under load then answers and takes up one half while the other half is being flushed.
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
  let { next, gap } = options;
  let durable = options.next - 1;
  let gathering: Group | undefined;
  let inFlight: Group | undefined;
  /** How many entries waited when a flush last ended: those it made durable, and those that had gathered. */
  let waited = 1;
  let scheduled = false;
  let poked = false;
  let failure: Error | undefined;
  let whenIdle: Array<() => void> = [];

  /** Begins a group at the end of the first turn in which nothing was added to it. */
  const schedule = (): void => {
    if (scheduled || inFlight !== undefined) return;
    scheduled = true;
    const seen = next;
    runtime.timers.defer(() => {
      scheduled = false;
      if (inFlight !== undefined || (gathering === undefined && !poked)) return;
      if (next === seen) begin();
      else schedule();
    });
  };

  /** Whether what has gathered is enough to be flushed without waiting for more. */
  const isEnough = (): boolean => {
    const gathered = gathering?.texts.length ?? 0;
    return gathered >= (waited < fewEntries ? waited : Math.ceil(waited / 2));
  };

  const tellIdle = (): void => {
    const isBusy = inFlight !== undefined || gathering !== undefined || poked;
    if (isBusy && failure === undefined) return;
    const waiting = whenIdle;
    whenIdle = [];
    for (const resolve of waiting) resolve();
  };

  /** `telling` is durable, but not everybody was told. */
  const fail = (cause: unknown, telling?: Group): void => {
    if (failure !== undefined) return;
    const failed = commitFailure(cause);
    failure = failed;
    const groups = [telling, inFlight, gathering];
    inFlight = undefined;
    gathering = undefined;
    try {
      options.onFailure(failed);
    } finally {
      for (const group of groups) for (const settle of group?.settle ?? []) settle(failed);
      tellIdle();
    }
  };

  /** Tells of a group that is durable. */
  const tell = (group: Group): void => {
    try {
      options.publish(group.events, group.first + group.texts.length - 1);
      for (const settle of group.settle) settle(undefined);
    } catch (cause) {
      // It is durable, but could not be made known: nobody may build on what others don't see.
      fail(cause, group);
    }
  };

  const succeed = (group: Group, afterwards: (() => void) | undefined): void => {
    if (failure !== undefined) return;
    inFlight = undefined;
    durable = group.first + group.texts.length - 1;
    waited = Math.max(1, group.texts.length + (gathering?.texts.length ?? 0));
    afterwards?.();
    options.apply(durable);
    // While the disk has the next group, this one is made known.
    if (isEnough()) begin();
    tell(group);
    if (gathering !== undefined || poked) schedule();
    tellIdle();
  };

  const begin = (): void => {
    if (failure !== undefined || inFlight !== undefined) return;
    const group = gathering ?? { first: next, texts: [], events: [], settle: [] };
    gathering = undefined;
    inFlight = group;
    poked = false;
    let afterwards: (() => void) | undefined;
    try {
      const blocks = blocksOf(group, gap);
      if (blocks.length > 0) gap = 0;
      const bytes = blocks.reduce((sum, { block }) => sum + block.length, 0);
      writeNow(environment, 2 * bytes + pagesBytes, () => {
        for (const { first, block } of blocks) void environment.log.put(first, block);
        afterwards = options.alongside();
      }).then(() => {
        succeed(group, afterwards);
      }, fail);
    } catch (cause) {
      fail(cause);
    }
  };

  return {
    next: () => next,
    durable: () => durable,
    add: (text, event) => {
      gathering ??= { first: next, texts: [], events: [], settle: [] };
      gathering.texts.push(text);
      if (event !== undefined) gathering.events.push(event);
      next += 1;
    },
    whenDurable: (position, settle) => {
      if (failure !== undefined) settle(failure);
      else if (position <= durable) settle(undefined);
      else if (gathering === undefined || position < gathering.first) inFlight?.settle.push(settle);
      else {
        gathering.settle.push(settle);
        if (inFlight !== undefined) return;
        if (isEnough()) begin();
        else schedule();
      }
    },
    pending: (position) => {
      const group = gathering !== undefined && position >= gathering.first ? gathering : inFlight;
      const atPosition = group?.events[position - group.first];
      if (atPosition?.position === String(position)) return atPosition;
      return group?.events.find((event) => event.position === String(position));
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

/** The blocks of a group, each under the position of its first entry; before the first of them `gap` positions hold nothing. */
const blocksOf = ({ first, texts }: Group, gap: number): ReadonlyArray<{ readonly first: number; readonly block: LogBlock }> => {
  const blocks: Array<{ readonly first: number; readonly block: LogBlock }> = [];
  let from = 0;
  let bytes = 0;
  for (let index = 0; index < texts.length; index += 1) {
    bytes += texts[index]?.length ?? 0;
    const isLast = index === texts.length - 1;
    if (!isLast && bytes < maxBlockBytes && index - from + 1 < maxBlockEntries) continue;
    const part = from === 0 && isLast ? texts : texts.slice(from, index + 1);
    blocks.push({ first: first + from, block: encodeBlock(part, first + from, from === 0 ? gap : 0) });
    from = index + 1;
    bytes = 0;
  }
  return blocks;
};
