import { streamNames } from '@account-data/domain';
import { createInMemoryEventStore, type InMemoryEventStore, isAfter, type RecordedEvent, Revision, type WriteFault } from '@account-data/event-store';
import { readRoom } from '@account-data/rooms';
import { memoryProjectionStorage } from '@account-data/projection';
import { seededRandom, simulatedRuntime, type SimulatedRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { Attempt, Outcome, Wish } from './Attempt.js';
import { type Dice, dice } from './Dice.js';
import type { Delivery, Report, ShownState } from './Report.js';
import { auditRoom, type SimulatedProcess, startProcess } from './SimulatedProcess.js';
import { submit } from './submit.js';
import { nextWish } from './wishes.js';

/** @category model */
export interface Scenario {
  /** Decides everything that chance decides. */
  readonly seed: number;
  readonly steps: number;
  /** How likely a write of the store goes wrong, 0 to 1. */
  readonly faults: number;
  /** How likely a step is a crash, 0 to 1. */
  readonly crashes: number;
}

const names = streamNames();

type OpenAttempt = { -readonly [K in keyof Attempt]: Attempt[K] };

class Run {
  readonly #scenario: Scenario;
  readonly #world: SimulatedRuntime;
  readonly #choose: Dice;
  readonly #attempts: Array<OpenAttempt> = [];
  readonly #deliveries: Array<Delivery> = [];
  readonly #unreadWrites: Array<string> = [];
  #store: InMemoryEventStore;
  #storage = memoryProjectionStorage();
  #process: SimulatedProcess | undefined;
  #processes = 0;
  #clock = 0;
  #faulty = true;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#world = simulatedRuntime({ seed: scenario.seed, startAt: Date.UTC(2025, 0, 1) });
    // A source of its own, so that what is chosen does not depend on how often the engine asks for a number.
    this.#choose = dice(seededRandom(scenario.seed + 1));
    const faults = dice(seededRandom(scenario.seed + 2));
    this.#store = createInMemoryEventStore({
      runtime: this.#world,
      flushDelay: 2,
      fault: (): WriteFault | undefined =>
        this.#faulty && faults.chance(scenario.faults)
          ? faults.oneOf(['unavailable', 'request-lost', 'answer-lost'])
          : undefined,
    });
  }

  async report(): Promise<Report> {
    await this.#start();
    for (let step = 0; step < this.#scenario.steps; step += 1) await this.#step();
    this.#faulty = false;
    await this.#start();
    const settled = await this.#settle();
    const log = await this.#wholeLog();
    return {
      seed: this.#scenario.seed,
      attempts: this.#attempts,
      log,
      room: await this.#room(),
      deliveries: this.#deliveries,
      shown: this.#shown(log),
      unreadWrites: this.#unreadWrites,
      crashes: this.#processes - 1,
      settled,
    };
  }

  async #step(): Promise<void> {
    const choose = this.#choose;
    if (choose.chance(this.#scenario.crashes)) await this.#crash();
    else if (choose.chance(0.03)) this.#world.stepWallClock(choose.between(-60_000, 60_000));
    else if (choose.chance(0.15)) this.#repeatLost();
    else this.#ask(nextWish(choose, this.#attempts.length));
    // Often nothing is waited for, so that changes meet each other on their way.
    if (choose.chance(0.6)) await this.#world.advance(choose.between(0, 40));
  }

  /** Asks again, with the same key, for something whose answer never came. */
  #repeatLost(): void {
    const lost = this.#attempts.filter(({ wish, outcome }) => outcome._tag === 'Unknown' && wish.requestKey !== undefined);
    if (lost.length > 0) this.#ask(this.#choose.oneOf(lost).wish);
  }

  #ask(wish: Wish): void {
    const process = this.#process;
    if (process === undefined) return;
    const attempt: OpenAttempt = { wish, submitted: (this.#clock += 1), outcome: { _tag: 'Unknown' } };
    this.#attempts.push(attempt);
    void submit(process.engine, wish).then((outcome) => {
      if (this.#process !== process) return;
      attempt.outcome = outcome;
      attempt.answered = this.#clock += 1;
      this.#checkReadable(process, wish, outcome);
    });
  }

  /** A change that awaited the projection is shown, or something newer. */
  #checkReadable({ engine }: SimulatedProcess, wish: Wish, outcome: Outcome): void {
    if (outcome._tag !== 'Accepted' || outcome.delivery === 'pending' || wish.await === 'appended') return;
    const heads = engine.projection.heads(wish.userId);
    const head = wish._tag === 'Data' ? heads.accountData : heads.tags;
    const last = outcome.revisions.at(-1) ?? Revision(0);
    if (head === 'no-stream' || isAfter(last, head)) {
      this.#unreadWrites.push(`attempt ${wish.attempt} was answered at revision ${last}, but reads show ${head}`);
    }
  }

  /** Sometimes the whole machine of the store dies, sometimes the process alone; sometimes the projection is lost, too. */
  async #crash(): Promise<void> {
    this.#process?.die();
    this.#process = undefined;
    if (this.#choose.chance(0.5)) this.#store = this.#store.crash();
    else {
      const other = this.#store.connect();
      this.#store.abandon();
      this.#store = other;
    }
    if (this.#choose.chance(0.2)) this.#storage = memoryProjectionStorage();
    await this.#world.advance(this.#choose.between(0, 2_000));
    await this.#start();
  }

  /** Starts a process unless one runs; tries again where the store refuses it at first. */
  async #start(): Promise<void> {
    for (let attempt = 1; this.#process === undefined; attempt += 1) {
      if (attempt > 50) throw new Error(`Seed ${this.#scenario.seed}: no process would start.`);
      this.#processes += 1;
      const start = { failed: false };
      void startProcess({
        number: this.#processes,
        world: this.#world,
        store: this.#store,
        storage: this.#storage,
        onDelivery: (delivery) => this.#deliveries.push(delivery),
      }).then(
        (process) => {
          this.#process = process;
        },
        () => {
          start.failed = true;
        },
      );
      for (let waited = 0; waited < 600 && !start.failed && !this.#isUp(); waited += 1) await this.#world.advance(100);
    }
  }

  #isUp(): boolean {
    return this.#process !== undefined;
  }

  /** Lets the world run until every answer came and modules have handled everything; false after a long time. */
  async #settle(): Promise<boolean> {
    for (let seconds = 0; seconds < 3_600; seconds += 1) {
      await this.#world.advance(1_000);
      const status = this.#process?.engine.modules.status();
      if (seconds > 70 && status?.modules.every(({ lagEvents, held }) => lagEvents === 0 && held.length === 0) === true) return true;
    }
    return false;
  }

  async #wholeLog(): Promise<ReadonlyArray<RecordedEvent>> {
    const slice = await this.#answer(
      this.#store.readAll({ after: 'start', prefixes: [names.accountDataPrefix, names.tagsPrefix], limit: 1_000_000 })(),
    );
    if (E.isLeft(slice)) throw new Error(`The log can't be read: ${slice.left.code}.`);
    return slice.right.events;
  }

  async #room(): Promise<ReadonlyArray<string>> {
    const slice = await this.#answer(
      readRoom({ store: this.#store, names }, auditRoom as Parameters<typeof readRoom>[1])('start', 1_000_000)(),
    );
    if (E.isLeft(slice)) throw new Error(`The room can't be read: ${slice.left.code}.`);
    return slice.right.events.map(({ content: { body } }) => (typeof body === 'string' ? body : 'no text'));
  }

  /** Answers come while the world moves. */
  async #answer<A>(promise: Promise<A>): Promise<A> {
    await this.#world.settle();
    return promise;
  }

  #shown(log: ReadonlyArray<RecordedEvent>): ShownState {
    const engine = this.#process?.engine;
    const data = new Map<string, unknown>();
    const tags = new Map<string, unknown>();
    if (engine === undefined) return { data, tags };
    const users = new Set(log.map((event) => String(event.data['userId'])));
    for (const userId of users) {
      for (const { roomId, type, content } of engine.list(userId)) data.set(JSON.stringify([userId, roomId, type]), content);
      for (const room of engine.projection.allTags(userId)) {
        for (const [tag, content] of Object.entries(room.tags)) tags.set(JSON.stringify([userId, room.roomId, tag]), content);
      }
    }
    return { data, tags };
  }
}

/** Runs the whole engine through a scenario, in simulated time. The same scenario gives the same report. */
export const runScenario = (scenario: Scenario): Promise<Report> => new Run(scenario).report();
