import { type Runtime, systemRuntime } from '@account-data/runtime';
import { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from './EventStoreDbDouble.js';
import { DoubleLog } from './log/DoubleLog.js';
import type { Address, Member, NodeState } from './Node.js';

export interface ClusterDouble {
  readonly nodes: ReadonlyArray<EventStoreDbDouble>;
  readonly log: DoubleLog;
  /** With all nodes as hosts. */
  readonly connectionString: string;
  /** The node with this index leads from now on; undefined: none does, for the time being. */
  readonly elect: (index: number | undefined) => void;
  /** Stops a node; the others know it is not alive. */
  readonly kill: (index: number) => Promise<void>;
  readonly revive: (index: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts several nodes over one log: what the leader takes, all show at once that have not fallen behind (`view`). */
export const startClusterDouble = async (
  size: number,
  options: Omit<DoubleOptions, 'log' | 'cluster' | 'port'> = {},
): Promise<ClusterDouble> => {
  const runtime: Runtime = options.runtime ?? systemRuntime;
  const log = new DoubleLog(runtime);
  const nodes: Array<EventStoreDbDouble> = [];
  const ids = Array.from({ length: size }, () => runtime.random.uuid());
  const dead = new Set<number>();
  let leader: number | undefined = 0;

  const stateOf = (index: number): NodeState => {
    if (leader === undefined) return 'unknown';
    return index === leader ? 'leader' : 'follower';
  };
  const addressOf = (index: number): Address => ({ host: '127.0.0.1', port: nodes[index]?.port ?? 0 });
  const members = (): ReadonlyArray<Member> =>
    ids.map((id, index) => ({ id, address: addressOf(index), state: stateOf(index), isAlive: !dead.has(index) }));

  for (let index = 0; index < size; index += 1) {
    const place = { state: () => stateOf(index), leader: () => (leader === undefined ? undefined : addressOf(leader)), members };
    nodes.push(await startEventStoreDbDouble({ ...options, runtime, log, cluster: place }));
  }

  return {
    nodes,
    log,
    connectionString: `esdb://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=${options.tls !== undefined}`,
    elect: (index) => {
      leader = index;
    },
    kill: async (index) => {
      dead.add(index);
      await nodes[index]?.stop();
    },
    revive: async (index) => {
      await nodes[index]?.start();
      dead.delete(index);
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
};
