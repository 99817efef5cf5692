import { pause, type Runtime, settlesWithin } from '@account-data/runtime';
import type { Client } from 'pg';
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';
import { formatLsn, type Lsn } from '../Lsn.js';
import type { SourceItem } from '../SourceChange.js';
import { WalDecoder } from './WalDecoder.js';

/** What is streamed, and from where. */
export interface ReplicationOptions {
  readonly connectionString: string;
  readonly slot: string;
  readonly publication: string;
  /** Everything committed before it is in the log. */
  readonly from: Lsn;
  readonly runtime: Runtime;
}

/** So many items may wait to be taken; then the database waits. */
const mostWaiting = 10_000;
/** How often the database is told that we are there, in milliseconds. It gives up who is silent for a minute (wal_sender_timeout). */
const statusInterval = 10_000;
/** How long the database may take to let a connection go, in milliseconds. */
const closingTime = 5_000;

/** Asks for columns in binary form: as text, the client would take a leading U+FEFF away. Counts what has come. */
class Plugin extends PgoutputPlugin {
  received = 0;

  override parse(buffer: Buffer): Pgoutput.Message {
    this.received += 1;
    return super.parse(buffer);
  }

  override start(client: Client, slot: string, from: string): Promise<unknown> {
    const names = this.options.publicationNames.join(',');
    return client.query(`START_REPLICATION SLOT "${slot}" LOGICAL ${from} (proto_version '1', publication_names '${names}', binary 'true')`);
  }
}

/**
 * The changes of a slot from a place on, as they are committed. The slot's confirmed position is moved by `confirm` only;
 * while what was taken is not handled, the database waits.
 */
export class ReplicationStream {
  readonly #runtime: Runtime;
  readonly #plugin: Plugin;
  readonly #service: LogicalReplicationService;
  readonly #decoder = new WalDecoder();
  readonly #ended = new AbortController();
  #items: Array<SourceItem> = [];
  #handled = 0;
  #confirmed: Lsn;
  /** What was given was committed before it, and nothing is left out. */
  #reached: Lsn;
  #failure: Error | undefined;
  #wake = (): void => undefined;
  #makeRoom = (): void => undefined;

  private constructor({ connectionString, publication, from, runtime }: ReplicationOptions) {
    this.#runtime = runtime;
    this.#confirmed = from;
    this.#reached = from;
    this.#plugin = new Plugin({ protoVersion: 1, publicationNames: [publication] });
    this.#service = new LogicalReplicationService(
      { connectionString, application_name: 'account-data-engine', keepAlive: true },
      // By itself it would confirm what has come, whether or not it is in the log.
      { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } },
    );
  }

  /** Resolved when the database streams; rejects with its error where it does not. */
  static async open(options: ReplicationOptions): Promise<ReplicationStream> {
    const stream = new ReplicationStream(options);
    await stream.#start(options);
    return stream;
  }

  /** Waits for items, and takes all that wait. Rejects when the stream has broken. */
  async take(): Promise<ReadonlyArray<SourceItem>> {
    while (this.#items.length === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended.signal.aborted) return [];
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const items = this.#items;
    this.#items = [];
    this.#makeRoom();
    return items;
  }

  /** Everything committed before the place is durable: the database need not keep it, nor send it again. */
  async confirm(lsn: Lsn): Promise<void> {
    if (lsn > this.#confirmed) this.#confirmed = lsn;
    // The client adds one, taking it for the last byte that was handled; the first byte that was not is meant.
    if (this.#confirmed > 0n) await this.#service.acknowledge(formatLsn(this.#confirmed - 1n));
  }

  /** Gives once more what has been reached, so that `take` is answered. */
  remind(): void {
    this.#give([{ _tag: 'Reached', lsn: this.#reached }]);
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#wake();
    this.#makeRoom();
    const stopped = this.#service.destroy().catch(() => undefined);
    await settlesWithin(this.#runtime, closingTime, stopped);
  }

  async #start({ slot, from }: ReplicationOptions): Promise<void> {
    const service = this.#service;
    service.on('data', (lsn: string, message: Pgoutput.Message) => this.#onData(lsn, message));
    service.on('heartbeat', (lsn: string, _time: number, isAsked: boolean) => {
      this.#onHeartbeat(lsn, isAsked);
    });
    const started = new Promise<void>((resolve, reject) => {
      service.on('start', resolve);
      service.on('error', (error: Error) => {
        this.fail(error);
        reject(error);
      });
      service.subscribe(this.#plugin, slot, formatLsn(from)).then(
        () => {
          this.fail(new Error('The database ended the replication.'));
          reject(this.#failure ?? new Error('The replication failed.'));
        },
        (error: unknown) => {
          this.fail(error);
          reject(this.#failure ?? new Error('The replication failed.'));
        },
      );
    });
    try {
      await started;
    } catch (error) {
      await this.close();
      throw error;
    }
    void this.#keepAlive();
  }

  async #keepAlive(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await this.confirm(this.#confirmed);
      await pause(this.#runtime, statusInterval, { signal: this.#ended.signal, isBackground: true });
    }
  }

  #onData(lsn: string, message: Pgoutput.Message): Promise<void> | undefined {
    this.#handled += 1;
    if (this.#ended.signal.aborted || this.#failure !== undefined) return undefined;
    try {
      this.#give(this.#decoder.decode(lsn, message));
    } catch (error) {
      this.fail(error);
      return undefined;
    }
    if (this.#items.length < mostWaiting) return undefined;
    return new Promise((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  #give(items: ReadonlyArray<SourceItem>): void {
    for (const item of items) {
      if (item._tag === 'Reached' && item.lsn > this.#reached) this.#reached = item.lsn;
      this.#items.push(item);
    }
    if (items.length > 0) this.#wake();
  }

  /** The database has read its log up to there, and had nothing for us in what we have not heard of. */
  #onHeartbeat(lsn: string, isAsked: boolean): void {
    const isIdle = this.#plugin.received === this.#handled && !this.#decoder.isInTransaction();
    if (isIdle) {
      this.#give(this.#decoder.reached(lsn, isAsked));
    } else if (isAsked) void this.confirm(this.#confirmed);
  }

  /** Ends it with an error, which `take` rejects with. */
  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error('The replication failed.');
    this.#wake();
    this.#makeRoom();
  }
}
