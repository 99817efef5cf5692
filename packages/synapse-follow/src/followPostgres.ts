import type { StreamNames } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import { backoffDelay, pause, type Runtime } from '@account-data/runtime';
import { ChangeApplier } from './ChangeApplier.js';
import { commandSession } from './commands/commandSession.js';
import { type HomeserverCommands, noAnswers } from './commands/HomeserverCommands.js';
import type { Follow } from './Follow.js';
import type { FollowedLog } from './FollowedLog.js';
import { FollowError } from './FollowError.js';
import type { FollowHealth, FollowPhase } from './FollowHealth.js';
import type { FollowLogger } from './FollowLogger.js';
import { Confirmations } from './Confirmations.js';
import { type FollowProgress, followProgress, type Resynchronisation } from './FollowProgress.js';
import type { LastEvent } from './LastEvent.js';
import { formatLsn, type Lsn, parseLsn } from './Lsn.js';
import { ParkedRows, type Released } from './ParkedRows.js';
import { compareRows } from './compareRows.js';
import { otherHomeserver } from './otherHomeserver.js';
import { problemOf } from './problemOf.js';
import { createSlot, someUsers } from './postgres/createSlot.js';
import { connectPostgres, type PostgresConnection, sqlStateOf } from './postgres/PostgresConnection.js';
import { missingPreparation, neededPublication, publicationStatement } from './postgres/preparation.js';
import { ReplicationStream } from './postgres/ReplicationStream.js';
import { readSourceState, type SourceState } from './postgres/SourceState.js';
import { startReason, type StartReason } from './postgres/startReason.js';
import type { PlacedChange, SourceItem } from './SourceChange.js';

/** What is followed, into which log. @category model */
export interface FollowPostgresOptions {
  /** The homeserver's `server_name`. */
  readonly serverName: string;
  readonly connectionString: string;
  /** Names of slot and publication: lower-case letters, digits and `_`. */
  readonly slot: string;
  readonly publication: string;
  /** Types of account data that are left out. */
  readonly excludeTypes: ReadonlyArray<string>;
  /** Has commands for followed users made by the homeserver, and their changes known again. */
  readonly commands?: HomeserverCommands;
  readonly log: FollowedLog;
  readonly store: EventStore;
  readonly names: StreamNames;
  readonly runtime: Runtime;
  readonly logger: FollowLogger;
}

/** Between two attempts, in milliseconds. */
const again = { first: 500, longest: 30_000 };
/** How often the database is asked how far behind we are, in milliseconds. */
const lookInterval = 15_000;
/** So many resynchronisations are remembered. */
const remembered = 20;

/**
 * Follows a Synapse on PostgreSQL by logical replication, until it is closed. It heals itself: whatever goes wrong is told
 * by `health`, and tried again.
 *
 * @category constructors
 */
export const followPostgres = (options: FollowPostgresOptions): Follow => {
  const running = new RunningFollow(options);
  const ended = running.run();
  return {
    health: () => running.health(),
    onChange: (listener) => running.onChange(listener),
    compare: () => {
      running.requestComparison();
    },
    release: (userId) => running.release(userId),
    close: async () => {
      running.stop();
      await ended;
    },
  };
};

class RunningFollow {
  readonly #options: FollowPostgresOptions;
  readonly #progressEvent: LastEvent<FollowProgress>;
  readonly #parked: ParkedRows;
  readonly #applier: ChangeApplier;
  readonly #stopped = new AbortController();
  readonly #listeners = new Set<() => void>();
  #phase: FollowPhase = 'starting';
  #problem: FollowHealth['problem'];
  #progress: FollowProgress | undefined;
  #state: SourceState | undefined;
  #stream: ReplicationStream | undefined;
  #requested = false;
  #failures = 0;

  constructor(options: FollowPostgresOptions) {
    const { store, names, serverName, runtime, log, logger } = options;
    this.#options = options;
    this.#progressEvent = followProgress(store, names, serverName, runtime);
    this.#parked = new ParkedRows(store, names, serverName, runtime);
    this.#applier = new ChangeApplier({ log, parked: this.#parked, serverName, excludeTypes: new Set(options.excludeTypes), logger });
  }

  stop(): void {
    this.#stopped.abort();
    void this.#stream?.close();
  }

  requestComparison(): void {
    this.#requested = true;
    void this.#stream?.close();
  }

  async release(userId: string): Promise<Released> {
    const released = await this.#parked.release(userId);
    this.#changed();
    return released;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  health(): FollowHealth {
    const slot = this.#state?.slot;
    const confirmed = this.#progress?.confirmed;
    const end = this.#state?.walEnd;
    return {
      serverName: this.#options.serverName,
      way: 'replication',
      phase: this.#phase,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      ...(confirmed === undefined ? {} : { confirmed }),
      ...(confirmed === undefined || end === undefined ? {} : { behindBytes: distance(parseLsn(confirmed), end) }),
      ...(slot?.restart === undefined || end === undefined ? {} : { retainedBytes: distance(slot.restart, end) }),
      ...(slot?.walStatus === undefined ? {} : { walStatus: slot.walStatus }),
      appended: this.#applier.appended(),
      parked: this.#parked.count(),
      parkedRows: this.#parked.rows(),
      refusedErased: this.#parked.erased(),
      resynchronised: this.#progress?.resynchronised ?? [],
    };
  }

  /** Until it is stopped; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stopped;
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      try {
        await this.#session();
      } catch (error) {
        if (isStopped()) break;
        this.#failures += 1;
        this.#tell(error);
        await pause(this.#options.runtime, backoffDelay(this.#options.runtime, again, this.#failures), { signal });
      }
    }
    this.#problem = undefined;
    this.#enter('stopped');
  }

  /** One connection to the database, from the first look to its end. */
  async #session(): Promise<void> {
    const { connectionString, logger } = this.#options;
    if (this.#phase !== 'waiting') this.#enter('starting');
    const connection = await connectPostgres(connectionString);
    try {
      this.#progress = await this.#progressEvent.read();
      await this.#applier.restart();
      await this.#parked.load();
      const { state, publicationWasWhole } = await this.#prepare(connection);
      const decided = startReason(this.#progress, state, { slot: this.#options.slot, publicationWasWhole });
      const reason = decided ?? (this.#requested ? 'requested' : undefined);
      if (reason !== undefined) await this.#compare(state, reason);
      if (this.#stopped.signal.aborted) return;
      await this.#follow(connection);
    } catch (error) {
      // What was published before the publication was there can't be read: the slot has to begin anew.
      if (sqlStateOf(error) === undefinedObject || (error instanceof FollowError && error.code === 'table_truncated')) {
        logger.log('warn', 'Changes can not be followed on from where they were: everything is compared.', { code: 'resynchronise' });
        this.#requested = true;
        return;
      }
      throw error;
    } finally {
      await connection.close();
    }
  }

  /** Looks whether the database is prepared, and publishes what is to be. */
  async #prepare(connection: PostgresConnection): Promise<{ readonly state: SourceState; readonly publicationWasWhole: boolean }> {
    const state = await this.#look(connection);
    const missing = missingPreparation(state);
    if (missing !== undefined) throw missing;
    const other = otherHomeserver(await someUsers(connection), this.#options.serverName);
    if (other !== undefined) throw other;
    const { publication } = this.#options;
    const publicationWasWhole = publicationStatement(state, publication) === undefined;
    const statement = neededPublication(state, publication);
    if (statement === undefined) return { state, publicationWasWhole };
    await connection.query(statement);
    return { state: await this.#look(connection), publicationWasWhole };
  }

  async #look(connection: PostgresConnection): Promise<SourceState> {
    this.#state = await readSourceState(connection, this.#options);
    return this.#state;
  }

  /** Takes over all rows as they are at a moment from which changes are followed. */
  async #compare(state: SourceState, reason: StartReason): Promise<void> {
    const { slot, publication, serverName, log, connectionString, runtime, logger } = this.#options;
    const before = this.#progress;
    this.#requested = false;
    logger.log('info', 'All rows of the homeserver are compared with the log.', { server_name: serverName, reason });
    const progress = {
      source: 'postgres' as const,
      systemId: state.systemId,
      slot,
      publication,
      tables: Object.fromEntries(state.tables.map(({ table, oid }) => [table, oid ?? ''])),
    };
    const resynchronised = before?.resynchronised ?? [];
    // Before the slot is made: one that is there, and that no progress names, would be taken for somebody else's.
    await this.#note({ ...progress, phase: 'comparing', confirmed: before?.confirmed ?? '0/0', resynchronised });
    this.#enter('comparing');
    const { from, snapshot } = await createSlot(connectionString, slot, state.slot !== undefined);
    try {
      const isFirst = resynchronised.length === 0;
      const to = formatLsn(from);
      this.#parked.clear();
      const changed = await compareRows({
        log,
        applier: this.#applier,
        snapshot,
        serverName,
        place: `snapshot:${state.systemId}:${to}`,
        callbacks: !isFirst,
        ...(isFirst ? {} : { reason: 'Found by comparing after a gap: changes in between may be missing' }),
        stopped: this.#stopped.signal,
      });
      if (this.#stopped.signal.aborted) return;
      const compared: Resynchronisation = { at: runtime.clock.now(), reason, from: isFirst ? null : (before?.confirmed ?? null), to, changed };
      await this.#note({ ...progress, phase: 'streaming', confirmed: to, resynchronised: [...resynchronised, compared].slice(-remembered) });
      logger.log(isFirst ? 'info' : 'warn', isFirst ? 'The homeserver was taken over, and is followed from here.' : 'Changes of the homeserver may have been missed. What differed was taken over, and it is followed from here.', { server_name: serverName, ...compared });
    } finally {
      await snapshot.close();
    }
  }

  async #follow(connection: PostgresConnection): Promise<void> {
    const progress = this.#progress as FollowProgress;
    const { connectionString, slot, publication, runtime } = this.#options;
    const stream = await ReplicationStream.open({ connectionString, slot, publication, from: parseLsn(progress.confirmed), runtime });
    this.#stream = stream;
    const done = new AbortController();
    try {
      this.#failures = 0;
      this.#problem = undefined;
      this.#enter('following');
      const [ended] = await Promise.allSettled([
        this.#applyAll(stream, connection, progress.systemId).finally(() => {
          done.abort();
        }),
        this.#lookOnAndOn(connection, stream, done.signal),
      ]);
      if (ended.status === 'rejected') throw ended.reason;
    } finally {
      this.#stream = undefined;
      await stream.close();
    }
  }

  async #applyAll(stream: ReplicationStream, connection: PostgresConnection, systemId: string): Promise<void> {
    const confirmations = new Confirmations({
      runtime: this.#options.runtime,
      confirm: async (lsn) => {
        // The log's own word first: a slot that is further than the log knows of was moved by somebody else.
        if (formatLsn(lsn) !== this.#progress?.confirmed) await this.#note({ ...(this.#progress as FollowProgress), confirmed: formatLsn(lsn) });
        await stream.confirm(lsn);
      },
      onFailure: (error) => {
        stream.fail(error);
      },
    });
    let changes: Array<PlacedChange> = [];
    let last: Extract<SourceItem, { readonly _tag: 'Reached' }> | undefined;
    let reached: Lsn = 0n;
    let hasChanges = false;
    const { commands } = this.#options;
    commands?.attach(commandSession(connection, stream, this.#applier));
    try {
      for (;;) {
        const items = await stream.take();
        if (items.length === 0) break;
        for (const item of items) {
          if (item._tag === 'Change') changes.push({ ...item, place: `${systemId}:${item.place}` });
          else {
            last = item;
            reached = item.lsn;
          }
        }
        const answers = commands === undefined ? noAnswers : commands.judge(changes, reached);
        // What may answer a command waits until that is certain.
        if (answers === undefined) continue;
        await this.#applier.apply(changes, answers);
        commands?.settle(answers);
        hasChanges ||= changes.length > 0;
        changes = [];
        if (last === undefined) continue;
        confirmations.reach(last.lsn, hasChanges);
        hasChanges = false;
        if (last.isAsked === true) await confirmations.settle();
        last = undefined;
      }
      await confirmations.settle();
    } finally {
      commands?.detach();
      confirmations.drop();
    }
  }

  /** Keeps what health says of the database up to date; a table that is followed no more ends the connection. */
  async #lookOnAndOn(connection: PostgresConnection, stream: ReplicationStream, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const state = await this.#look(connection).catch(() => undefined);
      if (state !== undefined && (missingPreparation(state) !== undefined || publicationStatement(state, this.#options.publication) !== undefined)) await stream.close();
      this.#changed();
      await pause(this.#options.runtime, lookInterval, { signal, isBackground: true });
    }
  }

  async #note(progress: FollowProgress): Promise<void> {
    await this.#progressEvent.write(progress);
    this.#progress = progress;
    this.#changed();
  }

  #tell(error: unknown): void {
    const problem = problemOf(error);
    if (this.#problem?.code !== problem.code || this.#phase !== 'waiting') {
      this.#options.logger.log('warn', problem.message, { code: problem.code, ...(problem.statements.length === 0 ? {} : { statements: problem.statements.join(' ') }) });
    }
    this.#problem = problem;
    this.#enter('waiting');
  }

  #enter(phase: FollowPhase): void {
    this.#phase = phase;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** PostgreSQL's code for something that does not exist: here a publication, at the time that is read. */
const undefinedObject = '42704';

const distance = (from: Lsn, to: Lsn): number => Math.max(0, Number(to - from));
