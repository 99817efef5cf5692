import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { type Runtime, TimedOut, within } from '@account-data/runtime';
import {
  type ChannelCredentialOptions,
  type DNSClusterOptions,
  EventStoreDBClient,
  type GossipClusterOptions,
  type SingleNodeOptions,
  UnavailableError,
} from '@eventstore/db-client';
import grpcFeatures, { type ServerFeaturesClient } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import grpcStreams, { type StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import {
  type CallOptions,
  type Client,
  type ClientUnaryCall,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { readAnswer } from '../appends/AttemptOutcome.js';
import { CallFailed } from '../faults/ServerFault.js';
import { decodeReadAnswer } from '../wire/ReadAnswer.js';
import { leaveAddressesOutOfServerNames } from './addressesWithoutServerName.js';
import { AnswersAsTheyAre } from './AnswersAsTheyAre.js';
import type { Cancellable, ConnectedNode } from './ConnectedNode.js';
import { type ConnectionSettings, ConnectionStringError } from './ConnectionString.js';
import { parseServerVersion, type ServerVersion, unknownVersion } from './ServerVersion.js';

const readPem = (file: string, what: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConnectionStringError(`The ${what} of the EventStoreDB connection can't be read (${code}): ${file}`);
  }
};

const channelCredentials = (settings: ConnectionSettings): ChannelCredentialOptions =>
  settings.tls
    ? {
        insecure: false,
        ...(settings.tlsCaFile === undefined ? {} : { rootCertificate: readPem(settings.tlsCaFile, 'CA file') }),
        ...(settings.userCertFile === undefined ? {} : { userCertFile: readPem(settings.userCertFile, 'user certificate') }),
        ...(settings.userKeyFile === undefined ? {} : { userKeyFile: readPem(settings.userKeyFile, "user certificate's key") }),
        ...(settings.tlsVerifyCert ? {} : { verifyOptions: { rejectUnauthorized: false } }),
      }
    : { insecure: true };

/** What the client needs to find its node. */
const endpoints = ({ discover, hosts, nodePreference }: ConnectionSettings): SingleNodeOptions | GossipClusterOptions | DNSClusterOptions => {
  const [first] = hosts;
  if (first === undefined) throw new ConnectionStringError('The EventStoreDB connection string names no host.');
  if (discover) return { discover: first, nodePreference };
  return hosts.length > 1 ? { endpoints: [...hosts], nodePreference } : { endpoint: first };
};

const readPath = '/event_store.client.streams.Streams/Read';
const batchAppendPath = '/event_store.client.streams.Streams/BatchAppend';

const serializeRead = (request: ReadReq): Buffer => Buffer.from(request.serializeBinary());

/** What a gRPC call fails with where its node can't be reached: the client then finds a node anew. */
const silent = (reason: string): ServiceError =>
  Object.assign(new Error(reason), { code: status.UNAVAILABLE, details: reason, metadata: new Metadata() });

/**
 * Waits until the connection is there, or has failed: then the next call on it fails at once and says why. A call that is
 * made earlier waits inside gRPC, and nobody can tell whether what it writes was ever sent.
 */
const connected = (client: Client): Promise<void> =>
  new Promise((resolve) => {
    const channel = client.getChannel();
    const look = (): void => {
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.IDLE || state === connectivityState.CONNECTING) channel.watchConnectivityState(state, Infinity, look);
      else resolve();
    };
    look();
  });

/** The connection leads to another node than the one that was meant: nothing was sent. */
const elsewhere = (): CallFailed => new CallFailed({ _tag: 'Transient', sent: false, reason: 'the connection leads to another node meanwhile' });

/**
 * Seconds that a node has to tell who leads, unless the connection string says otherwise. The client's own 5 are as long
 * as a whole attempt of a call, and it may well ask the node first that hangs.
 */
const defaultGossipTimeout = 2;

/** Milliseconds that a node which was left for its silence has to show that it speaks again. */
const doubtfulSilence = 1_000;

const targetOf = (client: StreamsClient): string => client.getChannel().getTarget();

/** A client on the connection that another one has. Of its address and credentials nothing is used then. */
const features = (client: StreamsClient): ServerFeaturesClient =>
  new grpcFeatures.ServerFeaturesClient('', credentials.createInsecure(), { channelOverride: client.getChannel() });

/**
 * A connection of the client package: its TLS, credentials, discovery by gossip and reconnecting, and on top of these the
 * few calls of the protocol that the store needs, without deadlines: the store's own timers end them.
 *
 * All calls share one HTTP/2 connection to one node. An error that speaks for another node (not leader) or none
 * (unavailable, cancelled) closes it, and the next call finds a node anew: the client does that by itself.
 *
 * @category model
 */
export class Connection extends EventStoreDBClient {
  readonly #runtime: Runtime;
  readonly #preferLeader: boolean;
  readonly #versions = new WeakMap<StreamsClient, ServerVersion>();
  readonly #left = new WeakSet<StreamsClient>();
  #leaving: Promise<void> | undefined;
  /** Where the node is that was left last, until it speaks again. */
  #doubtful: string | undefined;
  readonly #doubts = new WeakMap<StreamsClient, Promise<void>>();
  /** Whether it ever looked for a node. */
  #wasUsed = false;

  constructor(settings: ConnectionSettings, runtime: Runtime) {
    const { keepAliveInterval, keepAliveTimeout, maxDiscoverAttempts, discoveryInterval, connectionName } = settings;
    const gossipTimeout = settings.gossipTimeout ?? defaultGossipTimeout;
    const given = { keepAliveInterval, keepAliveTimeout, maxDiscoverAttempts, discoveryInterval, gossipTimeout, connectionName };
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    if (settings.tls) leaveAddressesOutOfServerNames();
    // The client's constructor is overloaded by kind of endpoint and takes no union of them.
    super({ ...options, ...endpoints(settings) } as SingleNodeOptions, channelCredentials(settings), settings.credentials);
    this.#runtime = runtime;
    this.#preferLeader = settings.nodePreference === 'leader';
    // The client calls it without waiting for it, and it rejects where finding the next node fails: that would be an
    // unhandled rejection, and the end of the process.
    const reconnect = this.handleError;
    this.handleError = (client, error) => reconnect(client, error).catch(() => undefined);
    if (settings.compression === true) return;
    // Our calls and the client's: only gossip and its question for the server's features are made without it, once a
    // connection.
    const argumentsOf = this.callArguments;
    this.callArguments = (base, callOptions) => {
      const [metadata, options] = argumentsOf(base, callOptions);
      return [AnswersAsTheyAre.from(metadata), options];
    };
  }

  /**
   * The node it leads to now, found where there is none. Rejects where none is found, and where gossip still names the
   * one that was left, which still says nothing: that is found out soon, so that a new leader is not missed for long.
   */
  async node(): Promise<ConnectedNode> {
    this.#wasUsed = true;
    const client = await this.#client();
    const node = this.#nodeOf(client);
    if (targetOf(client) === this.#doubtful) {
      const doubt = this.#doubts.get(client) ?? this.#hear(node);
      this.#doubts.set(client, doubt);
      await doubt;
    }
    return node;
  }

  #nodeOf(client: StreamsClient): ConnectedNode {
    return {
      openRead: (request, { onLeader = false } = {}) =>
        this.#open(client, 'read', () =>
          client.makeServerStreamRequest(readPath, serializeRead, decodeReadAnswer, request, ...this.#arguments(onLeader && this.#preferLeader)),
        ),
      openBatchAppend: () =>
        this.#open(client, 'batchAppend', async () => {
          await connected(client);
          return client.makeBidiStreamRequest(batchAppendPath, (request: Buffer) => request, readAnswer, ...this.#arguments(true));
        }),
      tombstone: (request) => this.#unary(client, 'tombstone', (done) => client.tombstone(request, ...this.#arguments(true), done)),
      serverVersion: () => this.#serverVersion(client),
      leave: (reason) => {
        this.#leaving = this.handleError(client, new UnavailableError(silent(reason)));
        this.#left.add(client);
        this.#doubtful = targetOf(client);
      },
    };
  }

  /** Waits for any word of a node. */
  async #hear(node: ConnectedNode): Promise<void> {
    const asked = node.serverVersion();
    try {
      await within(this.#runtime, doubtfulSilence, asked.result, asked.cancel);
      this.#doubtful = undefined;
    } catch (error) {
      if (!(error instanceof TimedOut)) throw error;
      node.leave(error.message);
      throw new CallFailed({ _tag: 'Transient', sent: false, reason: 'the node that was left still does not answer' });
    }
  }

  /** Never one that was left, although letting go of it takes some turns. */
  async #client(): Promise<StreamsClient> {
    const find = (): Promise<StreamsClient> => this.execute(grpcStreams.StreamsClient, 'streams', (found) => Promise.resolve(found));
    const client = await find();
    if (!this.#left.has(client)) return client;
    await this.#leaving;
    return find();
  }

  /** Ends every call and closes the connection, so that nothing of it keeps the process alive. */
  async close(): Promise<void> {
    await this.dispose();
    if (!this.#wasUsed) return;
    await this.getChannel().then(
      (channel) => {
        channel.close();
      },
      () => undefined,
    );
  }

  #arguments(onLeader: boolean): [Metadata, CallOptions] {
    return this.callArguments({ requiresLeader: onLeader }, { deadline: Infinity });
  }

  #serverVersion(client: StreamsClient): Cancellable<ServerVersion> {
    const known = this.#versions.get(client);
    if (known !== undefined) return { result: Promise.resolve(known), cancel: () => undefined };
    const asked = this.#unary<SupportedMethods>(client, 'serverFeatures', (done) =>
      features(client).getSupportedMethods(new shared.Empty(), ...this.#arguments(false), done),
    );
    const result = asked.result
      .then(
        (methods) => parseServerVersion(methods.getEventStoreServerVersion()),
        (error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === status.UNIMPLEMENTED) return unknownVersion;
          throw error;
        },
      )
      .then((version) => {
        this.#versions.set(client, version);
        return version;
      });
    return { result, cancel: asked.cancel };
  }

  #open<S extends Readable>(meant: StreamsClient, name: string, call: () => S | Promise<S>): Promise<S> {
    return this.GRPCStreamCreator(grpcStreams.StreamsClient, name, (client) => {
      if (client !== meant) throw elsewhere();
      return call();
    })();
  }

  #unary<A>(
    meant: StreamsClient,
    name: string,
    call: (done: (error: ServiceError | null, answer: A) => void) => ClientUnaryCall,
  ): Cancellable<A> {
    let cancelled = false;
    let made: ClientUnaryCall | undefined;
    const result = this.execute(grpcStreams.StreamsClient, name, async (client) => {
      if (client !== meant) throw elsewhere();
      await connected(client);
      return new Promise<A>((resolve, reject) => {
        if (cancelled) {
          reject(silent('Given up before it was sent.'));
          return;
        }
        made = call((error, answer) => {
          if (error === null) resolve(answer);
          else reject(error);
        });
      });
    });
    return {
      result,
      cancel: () => {
        cancelled = true;
        made?.cancel();
      },
    };
  }
}
