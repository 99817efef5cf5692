import { Revision } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type { DeliverySession } from '../delivery/DeliverySession.js';
import type { ModuleTrack } from '../delivery/ModuleTrack.js';
import type { HostLifecycle } from '../HostLifecycle.js';
import type { LoadedModule } from '../LoadedModule.js';
import type { ModuleHostStatus, ModuleState, ModuleStatus } from '../ModuleHost.js';
import type { ParkedStreams } from '../parked/ParkedStreams.js';
import type { ModuleCheckpoint } from '../progress/ModuleProgress.js';

/** What the status is put together from. @category model */
export interface StatusOptions {
  readonly group: string;
  readonly owner: string;
  readonly runtime: Runtime;
  readonly parked: ParkedStreams;
  readonly lifecycle: HostLifecycle;
}

/** The host as it is at this moment. */
export const hostStatus = ({ group, owner, runtime, parked, lifecycle }: StatusOptions): ModuleHostStatus => {
  const { term, follower, state, failure } = lifecycle;
  const progress = follower?.head?.progress;
  const unknown =
    term?.unknownCheckpoints() ??
    Object.fromEntries(
      Object.entries(progress?.modules ?? {}).filter(([name]) => !lifecycle.modules.some((module) => module.name === name)),
    );
  return {
    group,
    state,
    ...(failure === undefined ? {} : { failure }),
    owner: term === undefined ? (progress?.owner ?? null) : owner,
    epoch: term?.epoch ?? progress?.epoch ?? 0,
    subscription: term?.session.live.health() ?? { _tag: 'Closed' },
    modules: lifecycle.modules.map((module) => {
      const track = term?.session.track(module.name);
      if (term === undefined) return elsewhere(module, progress?.modules[module.name]);
      if (track === undefined) return { ...elsewhere(module, undefined), state: { _tag: 'CatchingUp' } };
      return { ...statusOf(module, track, term.session, parked, runtime), replays: term.replays(module.name) };
    }),
    unknownCheckpoints: Object.entries(unknown).map(([name, { low }]) => ({ name, position: low })),
    undecodable: term?.undecodable ?? 0,
  };
};

const statusOf = (
  module: LoadedModule,
  track: ModuleTrack,
  session: DeliverySession,
  parked: ParkedStreams,
  runtime: Runtime,
): Omit<ModuleStatus, 'replays'> => {
  const state: ModuleState = track.paused ?? { _tag: session.isJoined(track) ? 'Joined' : 'CatchingUp' };
  let lagEvents = 0;
  let oldest: number | undefined;
  for (const source of [track.previousSource, track.source]) {
    if (source === undefined) continue;
    for (const { created } of source.partitions.unheardBy(track)) {
      lagEvents += 1;
      oldest = Math.min(oldest ?? created, created);
    }
  }
  const held = track.held.users();
  for (const { oldestCreated } of held) {
    lagEvents += 1;
    if (oldestCreated !== undefined) oldest = Math.min(oldest ?? oldestCreated, oldestCreated);
  }
  const { inFlight, deliveries, failures, consecutiveFailures } = module.world.counters;
  return {
    name: module.name,
    state,
    position: track.low(),
    held: held.map(({ userId, nextRevision, attempts }) => ({ userId, nextRevision: Revision(nextRevision), attempts })),
    parked: parked.count(module.name),
    inFlight,
    consecutiveFailures,
    lagEvents,
    lagIsAtLeast: state._tag !== 'Joined' || session.live.isBehind || held.some(({ hasMore }) => hasMore),
    lagSeconds: oldest === undefined ? 0 : Math.max(0, (runtime.clock.now() - oldest) / 1_000),
    deliveries,
    failures,
  };
};

/** What the progress tells that another instance writes. */
const elsewhere = (module: LoadedModule, checkpoint: ModuleCheckpoint | undefined): ModuleStatus => ({
  name: module.name,
  state: { _tag: 'Elsewhere', ...(checkpoint?.paused === undefined ? {} : { paused: checkpoint.paused.reason }) },
  position: checkpoint?.low ?? 'start',
  held: (checkpoint?.held ?? []).map(({ user, nextRevision }) => ({
    userId: user,
    nextRevision: Revision(nextRevision),
    attempts: 0,
  })),
  replays: [],
  deliveries: module.world.counters.deliveries,
  failures: module.world.counters.failures,
});
