import type { ModuleHostStatus, ModuleStatus, ParkedDelivery, RedriveResult, ReplayProgress } from '@account-data/modules';
import type { ProjectionHealth, QuarantinedEvent, RebuildProgress } from '@account-data/projection';
import * as t from 'io-ts';
import { listOf } from './list.js';
import { record } from './record.js';
import { PositionText, RevisionText, ShortText, TimeText, UuidText, orNull, wordOf } from './scalars.js';

/** What operators see of modules and of the projection. Holds no content. */

const ErrorJson = record('ModuleError', { name: t.string, message: t.string }, { code: t.string });

/** @category codecs */
export const Module = record(
  'Module',
  {
    name: ShortText,
    state: wordOf('joined', 'catching_up', 'paused', 'elsewhere'),
    position: orNull(PositionText),
    held_users: t.number,
    parked: t.number,
    in_flight: t.number,
    consecutive_failures: t.number,
    lag_events: t.number,
    lag_is_at_least: t.boolean,
    lag_seconds: t.number,
    deliveries: t.number,
    failures: t.number,
  },
  { paused_because: wordOf('failures', 'requested', 'too_many_held') },
);

/** @category codecs */
export const Modules = record(
  'Modules',
  {
    group: t.string,
    state: wordOf('starting', 'delivering', 'following', 'stopped', 'failed'),
    owner: orNull(t.string),
    epoch: t.number,
    modules: listOf(Module),
    unknown_checkpoints: listOf(record('UnknownCheckpoint', { name: t.string, position: orNull(PositionText) }, {})),
  },
  { failure: t.string },
);

/** @category codecs */
export const Parked = record(
  'ParkedDelivery',
  {
    event_id: UuidText,
    stream: t.string,
    revision: RevisionText,
    position: PositionText,
    attempts: t.number,
    time: TimeText,
    error: ErrorJson,
  },
  {},
);

/** @category codecs */
export const Redriven = record('Redriven', { event_id: UuidText, outcome: wordOf('handled', 'failed', 'gone') }, { error: ErrorJson });

/** @category codecs */
export const Replayed = record('Replayed', { position: orNull(PositionText), deliveries: t.number, failures: t.number }, {});

const Rebuild = record(
  'RebuildProgress',
  {
    phase: wordOf('erasures', 'events', 'catching-up', 'swapping', 'done'),
    events: t.number,
    rate: t.number,
    position: orNull(PositionText),
    target: orNull(PositionText),
    fraction: t.number,
  },
  { remaining_ms: t.number },
);

const Quarantined = record(
  'QuarantinedEvent',
  {
    position: t.string,
    revision: t.string,
    stream: t.string,
    event_id: t.string,
    event_type: t.string,
    path: t.string,
    expected: t.string,
  },
  {},
);

/** @category codecs */
export const ProjectionJson = record(
  'Projection',
  {
    log_id: t.string,
    ready: t.boolean,
    position: orNull(PositionText),
    written_position: orNull(PositionText),
    unwritten_events: t.number,
    subscription: t.string,
    foreign_events: t.number,
    quarantined: listOf(Quarantined),
  },
  { failed: record('ProjectionFailure', { code: t.string, message: t.string }, {}), rebuild: Rebuild },
);

const placeText = (position: bigint | 'start'): string | null => (position === 'start' ? null : String(position));

const stateWords = { Joined: 'joined', CatchingUp: 'catching_up', Paused: 'paused', Elsewhere: 'elsewhere' } as const;

const moduleJson = (status: ModuleStatus): t.OutputOf<typeof Module> => ({
  name: status.name,
  state: stateWords[status.state._tag],
  position: placeText(status.position),
  held_users: status.held.length,
  parked: status.parked,
  in_flight: status.inFlight,
  consecutive_failures: status.consecutiveFailures,
  lag_events: status.lagEvents,
  lag_is_at_least: status.lagIsAtLeast,
  lag_seconds: status.lagSeconds,
  deliveries: status.deliveries,
  failures: status.failures,
  ...(status.state._tag === 'Paused' ? { paused_because: status.state.reason } : {}),
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
  revision: String(parked.revision),
  position: String(parked.position),
  attempts: parked.attempts,
  time: new Date(parked.time).toISOString(),
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

const rebuildJson = (progress: RebuildProgress): t.OutputOf<typeof Rebuild> => ({
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
