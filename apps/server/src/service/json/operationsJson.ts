import type { ReadFrom } from '@account-data/event-store';
import { timeText } from '@account-data/domain';
import type { ModuleHostStatus, ModuleState, ModuleStatus, ParkedDelivery, RedriveResult, ReplayProgress } from '@account-data/modules';
import type { ProjectionHealth, QuarantinedEvent, RebuildProgress } from '@account-data/projection';
import type { Module, Modules, Parked, ProjectionJson, RebuildJson, Redriven, Replayed } from '@account-data/service-api';
import type * as t from 'io-ts';

/** What modules and the projection are up to, as JSON. */

const placeText = (position: ReadFrom): string | null => (position === 'start' ? null : position);

const stateWords = { Joined: 'joined', CatchingUp: 'catching_up', Paused: 'paused', Elsewhere: 'elsewhere' } as const;

const pausedJson = (state: ModuleState): Pick<t.OutputOf<typeof Module>, 'paused_because'> => {
  if (state._tag === 'Paused') return { paused_because: state.reason };
  return state._tag === 'Elsewhere' && state.paused !== undefined ? { paused_because: state.paused } : {};
};

const moduleJson = (status: ModuleStatus): t.OutputOf<typeof Module> => ({
  name: status.name,
  state: stateWords[status.state._tag],
  position: placeText(status.position),
  held_users: status.held.length,
  replays: status.replays.map(({ position, to, deliveries, failures }) => ({
    position: placeText(position),
    to_position: to,
    deliveries,
    failures,
  })),
  deliveries: status.deliveries,
  failures: status.failures,
  ...pausedJson(status.state),
  ...(status.parked === undefined ? {} : { parked: status.parked }),
  ...(status.inFlight === undefined ? {} : { in_flight: status.inFlight }),
  ...(status.consecutiveFailures === undefined ? {} : { consecutive_failures: status.consecutiveFailures }),
  ...(status.lagEvents === undefined ? {} : { lag_events: status.lagEvents }),
  ...(status.lagIsAtLeast === undefined ? {} : { lag_is_at_least: status.lagIsAtLeast }),
  ...(status.lagSeconds === undefined ? {} : { lag_seconds: status.lagSeconds }),
});

export const modulesJson = (status: ModuleHostStatus): t.OutputOf<typeof Modules> => ({
  group: status.group,
  state: status.state,
  owner: status.owner,
  epoch: status.epoch,
  modules: status.modules.map(moduleJson),
  unknown_checkpoints: status.unknownCheckpoints.map(({ name, position }) => ({ name, position: placeText(position) })),
  ...(status.failure === undefined ? {} : { failure: status.failure }),
});

export const parkedJson = (parked: ParkedDelivery): t.OutputOf<typeof Parked> => ({
  event_id: parked.eventId,
  stream: parked.stream,
  revision: parked.revision,
  position: parked.position,
  attempts: parked.attempts,
  time: timeText(parked.time),
  error: parked.error,
});

export const redrivenJson = (result: RedriveResult): t.OutputOf<typeof Redriven> => ({
  event_id: result.eventId,
  outcome: result.outcome,
  ...(result.error === undefined ? {} : { error: result.error }),
});

export const replayedJson = (progress: ReplayProgress): t.OutputOf<typeof Replayed> => ({
  position: placeText(progress.position),
  deliveries: progress.deliveries,
  failures: progress.failures,
});

const rebuildJson = (progress: RebuildProgress): t.OutputOf<typeof RebuildJson> => ({
  phase: progress.phase,
  events: progress.events,
  rate: progress.rate,
  position: placeText(progress.position),
  target: placeText(progress.target),
  fraction: progress.fraction,
  ...(progress.remaining === undefined ? {} : { remaining_ms: progress.remaining }),
});

export const projectionJson = (
  logId: string,
  health: ProjectionHealth,
  quarantined: ReadonlyArray<QuarantinedEvent>,
): t.OutputOf<typeof ProjectionJson> => ({
  log_id: logId,
  ready: health.ready,
  position: placeText(health.position),
  written_position: placeText(health.writtenPosition),
  unwritten_events: health.unwrittenEvents,
  subscription: health.subscription._tag,
  foreign_events: health.foreignEvents,
  quarantined: quarantined.map((event) => ({
    position: event.position,
    revision: event.revision,
    stream: event.stream,
    event_id: event.eventId,
    event_type: event.eventType,
    path: event.path,
    expected: event.expected,
  })),
  ...(health.failed === undefined ? {} : { failed: { code: health.failed.code, message: health.failed.message } }),
  ...(health.rebuild === undefined ? {} : { rebuild: rebuildJson(health.rebuild) }),
});
