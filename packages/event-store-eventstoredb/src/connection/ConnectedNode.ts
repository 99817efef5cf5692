import type { ReadReq, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import type { AppendAnswer } from '../appends/AttemptOutcome.js';
import type { ReadAnswer } from '../wire/ReadAnswer.js';
import type { ServerVersion } from './ServerVersion.js';

/** A call that can be given up. @category model */
export interface Cancellable<A> {
  readonly result: Promise<A>;
  readonly cancel: () => void;
}

/**
 * The node that a connection led to when it was asked for. What belongs together (a head and the reading up to it) is
 * asked of one node, since another may be behind it: once the connection leads elsewhere, every call rejects with a
 * transient `CallFailed`.
 *
 * @category model
 */
export interface ConnectedNode {
  /** Opens a read or a subscription. What goes wrong later comes as its `error`. */
  readonly openRead: (request: ReadReq, options?: { readonly onLeader?: boolean }) => Promise<ClientReadableStream<ReadAnswer>>;
  /** Opens a call that takes any number of appends, for the leader only, once there is a connection to send them on. */
  readonly openBatchAppend: () => Promise<ClientDuplexStream<Buffer, AppendAnswer>>;
  readonly tombstone: (request: TombstoneReq) => Cancellable<TombstoneResp>;
  /** Asked once a connection. */
  readonly serverVersion: () => Cancellable<ServerVersion>;
  /**
   * Lets go of a node that takes calls and never answers them: the next one is found anew. Calls under way stay; where
   * the connection leads elsewhere already, nothing happens.
   */
  readonly leave: (reason: string) => void;
}
