import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { GrpcCall } from '../grpc/GrpcCall.js';
import type { LogRecord } from '../log/LogRecord.js';
import { hasExactCheckpoints, type NodeContext, tellsCaughtUp } from '../Node.js';
import { timedOut } from '../protocol/errors.js';
import { encodedBlock } from '../protocol/encodedRecords.js';
import { readResponse } from '../protocol/messages.js';
import { drained } from './drained.js';
import { filterOf, type LogFilter } from './filters.js';

type Call = GrpcCall<ReadReq, ReadResp>;

/** What a node holds for a live subscriber that does not take it: the messages of its two channels of 32. */
const liveBuffer = 64;
const pageSize = 32;
/** Where what is sent was encoded beforehand. */
const encodedPageSize = 512;

const confirmation = (id: string): ReadResp => {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(id);
  const response = new streams.ReadResp();
  response.setConfirmation(confirmed);
  return response;
};

const checkpointAt = (position: bigint): ReadResp => {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(position.toString());
  checkpoint.setPreparePosition(position.toString());
  const response = new streams.ReadResp();
  response.setCheckpoint(checkpoint);
  return response;
};

const caughtUp = (): ReadResp => {
  const response = new streams.ReadResp();
  response.setCaughtUp(new streams.ReadResp.CaughtUp());
  return response;
};

const fellBehind = (): ReadResp => {
  const response = new streams.ReadResp();
  response.setFellBehind(new streams.ReadResp.FellBehind());
  return response;
};

/**
 * One subscription to the whole log, with the ways of the node's version:
 *
 * - before 24.2 it begins after the first record at or after its position (so that it skips one too many where the record
 *   at the position was scavenged), tells no checkpoint on catching up, and is dropped as too slow when it is live and
 *   takes less than comes;
 * - from 24.2 on it begins exactly after its position, tells a checkpoint when it has caught up, and falls back to
 *   reading (`FellBehind`) when it is too slow;
 * - before 23.10 it does not say that it has caught up.
 */
class LogSubscriber {
  readonly #node: NodeContext;
  readonly #call: Call;
  readonly #filter: LogFilter;
  readonly #cut: number | undefined;
  readonly #exact: boolean;
  #position: bigint | undefined;
  #sinceCheckpoint = 0;
  #sentEvents = 0;
  #isOver = false;
  #live = false;
  #queue: Array<ReadResp> = [];
  #draining = false;
  #stopListening = (): void => undefined;

  constructor(node: NodeContext, call: Call, options: ReadReq.Options, cut: number | undefined) {
    this.#node = node;
    this.#call = call;
    this.#filter = filterOf(options);
    this.#cut = cut;
    this.#exact = hasExactCheckpoints(node);
    const place = options.getAll();
    if (place?.hasPosition() === true) this.#position = this.#startAfter(BigInt(place.getPosition()?.getCommitPosition() ?? 0));
    else if (place?.hasEnd() === true) this.#position = node.view.records.at(-1)?.position;
  }

  async run(): Promise<void> {
    const finish = (): void => {
      this.#isOver = true;
      this.#stopListening();
    };
    this.#call.on('cancelled', finish);
    this.#call.on('close', finish);
    await this.#send(confirmation(this.#node.runtime.random.uuid()));
    await this.#catchUp();
  }

  /** Where older nodes begin: after the first record at or after the position, whichever that is. */
  #startAfter(position: bigint): bigint {
    if (this.#exact) return position;
    const { view } = this.#node;
    return view.records[view.indexAt(position)]?.position ?? position;
  }

  #over(): boolean {
    return this.#isOver;
  }

  #nextIndex(): number {
    const { view } = this.#node;
    if (this.#position === undefined) return 0;
    const index = view.indexAt(this.#position);
    return view.records[index]?.position === this.#position ? index + 1 : index;
  }

  /** Reads page by page up to the end of the log. */
  async #catchUp(): Promise<void> {
    const { view } = this.#node;
    while (!this.#over()) {
      const first = this.#nextIndex();
      const pageStart = view.records[first]?.position;
      const page: Array<LogRecord> = [];
      const most = this.#node.encodesBeforehand ? encodedPageSize : pageSize;
      let looked = 0;
      for (let index = first; page.length < most && looked < this.#filter.window && index < view.records.length; index += 1) {
        const record = view.records[index];
        if (record === undefined) return;
        looked += 1;
        this.#position = record.position;
        if (this.#filter.matches(record)) page.push(record);
      }
      await this.#sendPage(page);
      this.#sinceCheckpoint += looked;
      // No await from here on where the end was reached: nothing can be written in between.
      if (this.#nextIndex() >= view.records.length) {
        if (this.#over()) return;
        this.#goLive();
        return;
      }
      if (this.#sinceCheckpoint >= this.#filter.checkpointInterval && pageStart !== undefined) {
        this.#sinceCheckpoint %= this.#filter.checkpointInterval;
        await this.#send(checkpointAt(page.at(-1)?.position ?? pageStart));
      }
      await new Promise<void>((resolve) => {
        this.#node.runtime.timers.defer(resolve);
      });
    }
  }

  #goLive(): void {
    this.#live = true;
    this.#stopListening = this.#node.view.onWritten((record) => {
      this.#take(record);
    });
    if (this.#exact && this.#position !== undefined) this.#enqueue(checkpointAt(this.#position));
    if (tellsCaughtUp(this.#node)) this.#enqueue(caughtUp());
  }

  #take(record: LogRecord): void {
    if (this.#over() || !this.#live) return;
    // Asked for by a client that has seen more than this node had.
    if (this.#position !== undefined && record.position <= this.#position) return;
    if (this.#queue.length >= liveBuffer) {
      this.#tooSlow();
      return;
    }
    this.#position = record.position;
    if (this.#filter.matches(record)) {
      if (this.#sentEvents === this.#cut) {
        this.#isOver = true;
        this.#node.cut();
        return;
      }
      this.#sentEvents += 1;
      this.#enqueue(readResponse(record, true));
    }
    this.#sinceCheckpoint += 1;
    if (this.#sinceCheckpoint < this.#filter.checkpointInterval) return;
    this.#sinceCheckpoint = 0;
    this.#enqueue(checkpointAt(record.position));
  }

  #tooSlow(): void {
    this.#stopListening();
    this.#live = false;
    if (!this.#exact) {
      this.#isOver = true;
      this.#call.emit('error', timedOut('Consumer too slow to handle event while live. Client resubscription required.'));
      return;
    }
    void this.#fallBack();
  }

  async #fallBack(): Promise<void> {
    while (this.#queue.length > 0 && !this.#over()) {
      await new Promise<void>((resolve) => {
        this.#node.runtime.timers.setBackgroundTimeout(resolve, 1);
      });
    }
    await this.#send(fellBehind());
    await this.#catchUp();
  }

  #enqueue(response: ReadResp): void {
    this.#queue.push(response);
    void this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (let next = this.#queue[0]; next !== undefined && !this.#over(); next = this.#queue[0]) {
      await this.#send(next);
      this.#queue.shift();
    }
    this.#draining = false;
  }

  async #sendPage(records: ReadonlyArray<LogRecord>): Promise<void> {
    if (this.#node.encodesBeforehand && this.#cut === undefined) {
      if (this.#over() || records.length === 0) return;
      this.#node.traffic.eventsSent += records.length;
      if (!this.#call.writeFrames(encodedBlock(records, this.#call.compresses))) await drained(this.#call);
      return;
    }
    for (const record of records) {
      if (this.#over()) return;
      await this.#sendEvent(record);
    }
  }

  async #sendEvent(record: LogRecord): Promise<void> {
    if (this.#sentEvents === this.#cut) {
      this.#isOver = true;
      this.#node.cut();
      return;
    }
    this.#sentEvents += 1;
    await this.#send(readResponse(record, true));
  }

  /** Resolved when the client takes more: what it does not take stays with the node. */
  #send(response: ReadResp): Promise<void> {
    if (this.#over()) return Promise.resolve();
    if (response.hasEvent()) this.#node.traffic.eventsSent += 1;
    return this.#call.write(response) ? Promise.resolve() : drained(this.#call);
  }
}

export const subscribe = (node: NodeContext, call: Call, options: ReadReq.Options, cut: number | undefined): void => {
  void new LogSubscriber(node, call, options, cut).run();
};
