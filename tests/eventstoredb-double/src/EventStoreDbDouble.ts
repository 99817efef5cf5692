import grpcFeatures from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import grpcGossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import grpcStreams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type Runtime, systemRuntime } from '@account-data/runtime';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { FaultControl } from './faults/Faults.js';
import { DoubleLog } from './log/DoubleLog.js';
import { LaggingView } from './log/LogView.js';
import { Relay } from './net/Relay.js';
import type { Address, Member, NodeContext, NodeState, Permission, Traffic } from './Node.js';
import { append } from './services/append.js';
import { batchAppend } from './services/batchAppend.js';
import { readFeatures, readGossip } from './services/cluster.js';
import { deleteSoftly, tombstone } from './services/deletes.js';
import { read } from './services/read.js';

export interface TlsFiles {
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** Clients must show a certificate that this one signed. */
  readonly clientCa?: Buffer;
}

export interface DoubleOptions {
  readonly runtime?: Runtime;
  /** Default: one of its own. Nodes of a cluster share one. */
  readonly log?: DoubleLog;
  /** Where to listen, on 127.0.0.1. Default any free port. */
  readonly port?: number;
  /** Whose ways it has. Default 24.10.0. */
  readonly version?: string;
  /** In bytes. Default 1 MiB, as EventStoreDB's. */
  readonly maxAppendSize?: number;
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

const credentialsOf = (tls: TlsFiles | undefined): ServerCredentials =>
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(
        tls.clientCa ?? null,
        [{ private_key: tls.key, cert_chain: tls.certificate }],
        tls.clientCa !== undefined,
      );

const createServer = async (node: NodeContext, tls: TlsFiles | undefined): Promise<{ server: Server; port: number }> => {
  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
  const handlers: UntypedServiceImplementation = {
    read: read(node),
    append: append(node),
    batchAppend: batchAppend(node),
    delete: deleteSoftly(node),
    tombstone: tombstone(node),
  };
  server.addService(grpcStreams.StreamsService, handlers);
  server.addService(grpcGossip.GossipService, { read: readGossip(node) });
  server.addService(grpcFeatures.ServerFeaturesService, { getSupportedMethods: readFeatures(node) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentialsOf(tls), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { server, port };
};

/** Starts a double of an EventStoreDB node on 127.0.0.1. */
export const startEventStoreDbDouble = async (options: DoubleOptions = {}): Promise<EventStoreDbDouble> => {
  const runtime = options.runtime ?? systemRuntime;
  const log = options.log ?? new DoubleLog(runtime);
  const view = new LaggingView(log);
  const faults = new FaultControl();
  const id = runtime.random.uuid();
  let running: { server: Server; port: number } | undefined;
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
    version: options.version ?? '24.10.0',
    maxAppendSize: options.maxAppendSize ?? 1024 * 1024,
    users: options.users,
    isAllowed: options.isAllowed ?? systemsAreForAdmin(options.users !== undefined),
    ...(options.cluster ?? alone),
    traffic: { reads: 0, appends: 0, appendCalls: 0, eventsSent: 0 },
    cut: () => {
      relay.cut();
    },
  };

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
    server.forceShutdown();
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
