import {
  type ActualRevision,
  type AppendError,
  type AppendResult,
  batchBytes,
  type EventStore,
  isAfter,
  plus,
  type Position,
  type ProposedEvent,
  type ReadError,
  Revision,
  type StreamName,
} from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { CommandError } from '../errors.js';

/** What a command comes to against a state: events to append, or the place of those it appended before. */
export type WriterDecision =
  | { readonly _tag: 'Append'; readonly events: ReadonlyArray<ProposedEvent> }
  | { readonly _tag: 'Repeated'; readonly first: Revision; readonly count: number };

/** Where a command's events stand in the stream. */
export interface Appended {
  /** The revision of the first; where there are none, the head the command was decided on (0 of an empty stream). */
  readonly first: Revision;
  readonly count: number;
  /** Of the last of them; undefined where the store did not tell, as of an append that was shared with later commands. */
  readonly position: Position | undefined;
  /** True where they were appended by an earlier command with the same request key. */
  readonly repeated: boolean;
}

/** A command that waits for its turn. `decide` is pure and may be called more than once. */
export interface QueuedCommand<View> {
  readonly decide: (view: View) => E.Either<CommandError, WriterDecision>;
  readonly settle: (result: E.Either<CommandError, Appended>) => void;
  /** For exceptions: bugs, and functions of the caller that threw. */
  readonly crash: (error: unknown) => void;
}

/** A view of the state that a stream's commands are decided on. */
export interface StreamView {
  readonly erased: boolean;
  readonly head: ActualRevision;
}

/** Gives the state of one stream. */
export interface ViewSource<View extends StreamView> {
  /** The state at `atLeast` or later. A plain value where it is at hand: that keeps a change within one turn. */
  readonly load: (atLeast: ActualRevision) => View | Promise<E.Either<ReadError, View>>;
  /** The state after more events of this very batch. */
  readonly evolve: (view: View, events: ReadonlyArray<ProposedEvent>) => View;
}

/** Costs less than `queueMicrotask`, which makes an asynchronous resource of each call. */
const afterThis = Promise.resolve();

const maxAttempts = 16;
const maxCommandsPerAppend = 512;

interface Accepted<View> {
  readonly command: QueuedCommand<View>;
  readonly first: number;
  readonly count: number;
}

/** An answer to a command that appends nothing. */
interface Answer<View> {
  readonly command: QueuedCommand<View>;
  readonly give: () => void;
}

/**
 * Appends the changes of one stream, one batch at a time: what arrives while a batch is on its way waits, and shares
 * the next append. Each append carries the exact head revision that its commands were decided on; when another
 * instance was faster, the commands are decided anew on what it wrote. So a caller sees only conflicts of its own key.
 */
export class StreamWriter<View extends StreamView> {
  readonly #store: EventStore;
  readonly #stream: StreamName;
  readonly #views: ViewSource<View>;
  readonly #onIdle: () => void;
  #waiting: Array<QueuedCommand<View>> = [];
  #running = false;
  readonly #idle: Array<() => void> = [];
  #known: ActualRevision = 'no-stream';

  constructor(store: EventStore, stream: StreamName, views: ViewSource<View>, onIdle: () => void) {
    this.#store = store;
    this.#stream = stream;
    this.#views = views;
    this.#onIdle = onIdle;
  }

  /** Commands of one turn of the event loop share an append: the writer starts when the turn's code has run. */
  enqueue(command: QueuedCommand<View>): void {
    this.#waiting.push(command);
    if (this.#running) return;
    this.#running = true;
    void afterThis.then(this.#start);
  }

  readonly #start = (): void => {
    void this.#run();
  };

  /** Resolved when nothing waits and nothing is on its way. */
  idle(): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group =
        this.#waiting.length > maxCommandsPerAppend ? this.#waiting.splice(0, maxCommandsPerAppend) : this.#waiting;
      if (group === this.#waiting) this.#waiting = [];
      try {
        const only = group.length === 1 ? group[0] : undefined;
        const decided = only === undefined ? undefined : this.#decideOne(only);
        if (only !== undefined && decided !== undefined) {
          const { events, head } = decided;
          if (this.#settleOne(only, events.length, await this.#store.append(this.#stream, events, head)())) continue;
        }
        await this.#write(group);
      } catch (error) {
        for (const command of group) command.crash(error);
      }
    }
    this.#running = false;
    this.#onIdle();
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /**
   * The common case in few steps: one command, a view at hand, and no other instance in between. Undefined where it is not
   * that case.
   */
  #decideOne(command: QueuedCommand<View>): { readonly events: ReadonlyArray<ProposedEvent>; readonly head: ActualRevision } | undefined {
    const view = this.#views.load(this.#known);
    if (view instanceof Promise) return undefined;
    const decision = command.decide(view);
    if (E.isLeft(decision) || decision.right._tag === 'Repeated' || decision.right.events.length === 0) return undefined;
    return { events: decision.right.events, head: view.head };
  }

  /** False where another instance was faster: then nothing was appended, and the command is to be decided anew. */
  #settleOne(command: QueuedCommand<View>, count: number, appended: E.Either<AppendError, AppendResult>): boolean {
    if (E.isLeft(appended)) {
      const error = appended.left;
      if (error._tag === 'RevisionConflict') {
        this.#known = error.actual;
        return false;
      }
      command.settle(E.left(error));
      return true;
    }
    const { revision, position } = appended.right;
    this.#known = revision;
    const first = count === 1 ? revision : plus(revision, 1 - count);
    command.settle(E.right({ first, count, position, repeated: false }));
    return true;
  }

  async #write(group: ReadonlyArray<QueuedCommand<View>>): Promise<void> {
    let pending = group;
    // Batches hardly ever come near the limit, and counting costs as much as writing: first without.
    let limit = Number.POSITIVE_INFINITY;
    for (let attempt = 1; pending.length > 0; attempt += 1) {
      const loaded = this.#views.load(this.#known);
      let view: View;
      if (loaded instanceof Promise) {
        const result = await loaded;
        if (E.isLeft(result)) {
          settleAll(pending, result);
          return;
        }
        view = result.right;
      } else view = loaded;

      const decided = this.#decide(pending, view, limit);
      if (decided.answers.length > 0 && (await this.#isStale(view))) {
        if (attempt >= maxAttempts) {
          settleAll(pending, E.left({ _tag: 'TooMuchContention', code: 'too_much_contention', attempts: attempt }));
          return;
        }
        continue;
      }
      for (const { give } of decided.answers) give();
      if (decided.left.length > 0) this.#waiting = [...decided.left, ...this.#waiting];
      if (decided.events.length === 0) return;

      const appended = await this.#store.append(this.#stream, decided.events, view.head)();
      if (E.isRight(appended)) {
        const { revision } = appended.right;
        this.#known = revision;
        const first = plus(revision, 1 - decided.events.length);
        for (const accepted of decided.accepted) {
          accepted.command.settle(
            E.right({
              first: accepted.first === 0 ? first : plus(first, accepted.first),
              count: accepted.count,
              position: positionAt(appended.right, accepted.first + accepted.count - 1, decided.events.length),
              repeated: false,
            }),
          );
        }
        for (const { give } of decided.dependent) give();
        return;
      }
      const error = appended.left;
      const dependent = decided.dependent.map(({ command }) => command);
      const isDivisible = error._tag === 'BatchTooLarge' && decided.accepted.length > 1;
      if (error._tag !== 'RevisionConflict' && !isDivisible) {
        settleAll(
          decided.accepted.map(({ command }) => command),
          E.left(error),
        );
        this.#waiting = [...dependent, ...this.#waiting];
        return;
      }
      const again = new Set([...decided.accepted.map(({ command }) => command), ...dependent]);
      pending = pending.filter((command) => again.has(command));
      if (error._tag !== 'RevisionConflict') {
        // Whose limit it was may count otherwise than we do: then one command at a time.
        limit = limit === Number.POSITIVE_INFINITY ? error.limit : 0;
        continue;
      }
      this.#known = error.actual;
      if (attempt >= maxAttempts) {
        settleAll(pending, E.left({ _tag: 'TooMuchContention', code: 'too_much_contention', attempts: attempt }));
        return;
      }
    }
  }

  /** Decides the commands in order, each on the state that the ones before it leave. */
  #decide(
    commands: ReadonlyArray<QueuedCommand<View>>,
    start: View,
    /** The bytes that the append may take; what goes beyond is left over. */
    limit: number,
  ): {
    readonly events: ReadonlyArray<ProposedEvent>;
    readonly accepted: ReadonlyArray<Accepted<View>>;
    /** Answers to commands that append nothing, to be given once the view is known not to be stale. */
    readonly answers: ReadonlyArray<Answer<View>>;
    /** The same, decided on events of this very append: true only once it has happened. */
    readonly dependent: ReadonlyArray<Answer<View>>;
    /** Commands that did not fit into this append. */
    readonly left: ReadonlyArray<QueuedCommand<View>>;
  } {
    const events: Array<ProposedEvent> = [];
    const accepted: Array<Accepted<View>> = [];
    const answers: Array<Answer<View>> = [];
    const dependent: Array<Answer<View>> = [];
    const answer = (command: QueuedCommand<View>, give: () => void): void => {
      (accepted.length === 0 ? answers : dependent).push({ command, give });
    };
    let view = start;
    let bytes = 0;
    for (let i = 0; i < commands.length; i += 1) {
      const command = commands[i] as QueuedCommand<View>;
      let decision: E.Either<CommandError, WriterDecision>;
      try {
        decision = command.decide(view);
      } catch (error) {
        answer(command, () => {
          command.crash(error);
        });
        continue;
      }
      if (E.isLeft(decision)) {
        const refusal = decision;
        answer(command, () => {
          command.settle(refusal);
        });
        continue;
      }
      if (decision.right._tag === 'Repeated') {
        const { first, count } = decision.right;
        answer(command, () => {
          command.settle(E.right({ first, count, position: undefined, repeated: true }));
        });
        continue;
      }
      const next = decision.right.events;
      if (next.length === 0) {
        const first = view.head === 'no-stream' ? Revision(0) : view.head;
        answer(command, () => {
          command.settle(E.right({ first, count: 0, position: undefined, repeated: false }));
        });
        continue;
      }
      if (limit !== Number.POSITIVE_INFINITY) {
        const size = batchBytes(next);
        if (events.length > 0 && bytes + size > limit) {
          return { events, accepted, answers, dependent, left: commands.slice(i) };
        }
        bytes += size;
      }
      accepted.push({ command, first: events.length, count: next.length });
      for (const event of next) events.push(event);
      if (i + 1 < commands.length) view = this.#views.evolve(view, next);
    }
    return { events, accepted, answers, dependent, left: [] };
  }

  /** Whether the stream has moved on from the view, so that a refusal decided on it may be wrong. */
  async #isStale(view: View): Promise<boolean> {
    const last = await this.#store.read(this.#stream, { direction: 'backwards', limit: 1 })();
    if (E.isLeft(last) || last.right._tag !== 'Events') return false;
    const head = last.right.events[0]?.revision;
    if (head === undefined || (view.head !== 'no-stream' && !isAfter(head, view.head))) return false;
    this.#known = head;
    return true;
  }
}

/** The position of one event of an append. */
const positionAt = ({ position, firstPosition }: AppendResult, index: number, count: number): Position | undefined => {
  if (index === count - 1) return position;
  return firstPosition === undefined ? undefined : plus(firstPosition, index);
};

const settleAll = <View>(
  commands: ReadonlyArray<QueuedCommand<View>>,
  result: E.Either<CommandError, Appended>,
): void => {
  for (const command of commands) command.settle(result);
};
