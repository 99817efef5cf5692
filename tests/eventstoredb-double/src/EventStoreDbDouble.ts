import grpcFeatures from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import grpcGossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import grpcStreams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type Runtime, systemRuntime } from '@account-data/runtime';
import { FaultControl } from './faults/Faults.js';
import { GrpcServer, type TlsFiles } from './grpc/GrpcServer.js';
import { DoubleLog } from './log/DoubleLog.js';
import { LaggingView } from './log/LogView.js';
import { Relay } from './net/Relay.js';
import { type Address, compresses, defaultLimits, type Member, type NodeContext, type NodeState, type Permission, type Traffic } from './Node.js';
import { encodeRecord } from './protocol/encodedRecords.js';
import { append } from './services/append.js';
import { batchAppend } from './services/batchAppend.js';
import { readFeatures, readGossip } from './services/cluster.js';
import { deleteSoftly, tombstone } from './services/deletes.js';
import { read } from './services/read.js';

export interface DoubleOptions {
  readonly runtime?: Runtime;
  /** Default: one of its own. Nodes of a cluster share one. */
  readonly log?: DoubleLog;
  /** Where to listen, on 127.0.0.1. Default any free port. */
  readonly port?: number;
  /** Whose ways it has. Default 24.10.0. */
  readonly version?: string;
  /** In bytes. Default by version: 1 MiB, since 25.1 256 MiB. */
  readonly maxAppendSize?: number;
  /** In bytes. Servers have it since 24.10.4. Default 16 MiB. */
  readonly maxAppendEventSize?: number;
  /** Encodes events when they are written, so that reading the log costs this process little: for benchmarks of clients. */
  readonly encodesBeforehand?: boolean;
  readonly users?: Readonly<Record<string, string>>;
  /** Default: system streams and the whole log are for `admin` where there are users, everything else for everybody. */
  readonly isAllowed?: (permission: Permission) => boolean;
  readonly tls?: TlsFiles;
  /** Its place in a cluster. Default: the leader, alone. */
  readonly cluster?: {
    readonly state: () => NodeState;
    readonly leader: () => Address | undefined;
    readonly members: () => ReadonlyArray<Member>;
  };
}

/** A running double of an EventStoreDB node. */
export interface EventStoreDbDouble {
  readonly port: number;
  /** For clients, without credentials. */
  readonly connectionString: string;
  readonly log: DoubleLog;
  /** What it shows of the log. */
  readonly view: LaggingView;
  readonly faults: FaultControl;
  readonly relay: Relay;
  readonly traffic: Readonly<Traffic>;
  /** Stops as a process does that is killed: every connection breaks, and what was asked is never answered. */
  readonly stop: () => Promise<void>;
  /** Starts again on the same port, with the same log. */
  readonly start: () => Promise<void>;
}

const systemsAreForAdmin = (hasUsers: boolean) => ({ user, stream }: Permission): boolean =>
  !hasUsers || user === 'admin' || (user !== undefined && !stream.startsWith('$')) || stream.startsWith('$$');

const createServer = async (node: NodeContext, tls: TlsFiles | undefined): Promise<{ server: GrpcServer; port: number }> => {
  const server = new GrpcServer({
    ...(tls === undefined ? {} : { tls }),
    compresses: compresses(node),
    onCall: (path, headers) => {
      const method = path.slice(path.lastIndexOf('/') + 1);
      const said = node.traffic.acceptedEncodings[method] ?? new Set();
      node.traffic.acceptedEncodings[method] = said.add(String(headers['grpc-accept-encoding']));
    },
  });
  const { StreamsService } = grpcStreams;
  server.add(StreamsService.read, read(node));
  server.add(StreamsService.append, append(node));
  server.add(StreamsService.batchAppend, batchAppend(node));
  server.add(StreamsService.delete, deleteSoftly(node));
  server.add(StreamsService.tombstone, tombstone(node));
  server.add(grpcGossip.GossipService.read, readGossip(node));
  server.add(grpcFeatures.ServerFeaturesService.getSupportedMethods, readFeatures(node));
  return { server, port: await server.listen() };
};

/** Starts a double of an EventStoreDB node on 127.0.0.1. */
export const startEventStoreDbDouble = async (options: DoubleOptions = {}): Promise<EventStoreDbDouble> => {
  const runtime = options.runtime ?? systemRuntime;
  const log = options.log ?? new DoubleLog(runtime);
  const view = new LaggingView(log);
  const faults = new FaultControl();
  const id = runtime.random.uuid();
  const version = options.version ?? '24.10.0';
  const limits = defaultLimits(version);
  let running: { server: GrpcServer; port: number } | undefined;
  const relay = new Relay(() => running?.port ?? 0);
  const own = (): Address => ({ host: '127.0.0.1', port: relay.port });
  const alone: NonNullable<DoubleOptions['cluster']> = {
    state: () => 'leader',
    leader: own,
    members: () => [{ id, address: own(), state: 'leader', isAlive: true }],
  };
  const node: NodeContext = {
    runtime,
    log,
    view,
    faults,
    version,
    encodesBeforehand: options.encodesBeforehand ?? false,
    maxAppendSize: options.maxAppendSize ?? limits.maxAppendSize,
    maxAppendEventSize: options.maxAppendEventSize ?? limits.maxAppendEventSize,
    users: options.users,
    isAllowed: options.isAllowed ?? systemsAreForAdmin(options.users !== undefined),
    ...(options.cluster ?? alone),
    traffic: { reads: 0, appends: 0, appendCalls: 0, eventsSent: 0, acceptedEncodings: {} },
    cut: () => {
      relay.cut();
    },
  };

  if (node.encodesBeforehand) log.onWritten(encodeRecord);

  const start = async (): Promise<void> => {
    if (running !== undefined) return;
    running = await createServer(node, options.tls);
    await relay.listen(options.port ?? 0);
  };
  const stop = async (): Promise<void> => {
    if (running === undefined) return;
    const { server } = running;
    running = undefined;
    await relay.close();
    server.kill();
    log.forgetIds();
  };

  await start();
  return {
    get port() {
      return relay.port;
    },
    get connectionString() {
      return `esdb://127.0.0.1:${relay.port}?tls=${options.tls !== undefined}`;
    },
    log,
    view,
    faults,
    relay,
    traffic: node.traffic,
    start,
    stop,
  };
};
