import * as t from 'io-ts';
import { listOf } from './list.js';
import { answerRecord } from './record.js';
import { PositionText, RevisionText, ShortText, TimeText, UuidText, orNull, wordOf } from './scalars.js';

/** What operators see of modules and of the projection. Holds no content. */

const ErrorJson = answerRecord('ModuleError', { name: t.string, message: t.string }, { code: t.string });

const RunningReplay = answerRecord(
  'RunningReplay',
  { position: orNull(PositionText), to_position: PositionText, deliveries: t.number, failures: t.number },
  {},
);

/** What only the instance that delivers knows is absent where the state is `elsewhere`. @category codecs */
export const Module = answerRecord(
  'Module',
  {
    name: ShortText,
    state: wordOf('joined', 'catching_up', 'paused', 'elsewhere'),
    position: orNull(PositionText),
    held_users: t.number,
    replays: listOf(RunningReplay),
    deliveries: t.number,
    failures: t.number,
  },
  {
    paused_because: wordOf('failures', 'requested', 'too_many_held'),
    parked: t.number,
    in_flight: t.number,
    consecutive_failures: t.number,
    lag_events: t.number,
    lag_is_at_least: t.boolean,
    lag_seconds: t.number,
  },
);

/** The checkpoint of a module that is not configured. @category codecs */
export const UnknownCheckpoint = answerRecord('UnknownCheckpoint', { name: t.string, position: orNull(PositionText) }, {});

/** @category codecs */
export const Modules = answerRecord(
  'Modules',
  {
    group: t.string,
    state: wordOf('starting', 'delivering', 'following', 'stopped', 'failed'),
    owner: orNull(t.string),
    epoch: t.number,
    modules: listOf(Module),
    unknown_checkpoints: listOf(UnknownCheckpoint),
  },
  { failure: t.string },
);

/** @category codecs */
export const Parked = answerRecord(
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
export const Redriven = answerRecord('Redriven', { event_id: UuidText, outcome: wordOf('handled', 'failed', 'gone') }, { error: ErrorJson });

/** @category codecs */
export const Replayed = answerRecord('Replayed', { position: orNull(PositionText), deliveries: t.number, failures: t.number }, {});

/** @category codecs */
export const RebuildJson = answerRecord(
  'RebuildProgress',
  {
    phase: wordOf('erasures', 'copying', 'events', 'catching-up', 'swapping', 'done'),
    events: t.number,
    rate: t.number,
    position: orNull(PositionText),
    target: orNull(PositionText),
    fraction: t.number,
  },
  { remaining_ms: t.number },
);

const Quarantined = answerRecord(
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
export const ProjectionJson = answerRecord(
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
  { failed: answerRecord('ProjectionFailure', { code: t.string, message: t.string }, {}), rebuild: RebuildJson },
);
