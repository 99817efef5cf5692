import type { ParkedDelivery, ParkedError, QuarantinedEvent, RebuildProgress, RedriveResult, ReplayProgress, RunningReplay, VerifyProgress } from '@account-data/domain';
import * as t from 'io-ts';
import { listOf } from './list.js';
import { type RecordCodec, answerRecord } from './record.js';
import { PlaceText, PositionText, RevisionText, ShortText, TimeText, UserIdText, UuidText, orNull, wordOf } from './scalars.js';

/** What operators see of modules and of the projection. Holds no content. */

const ParkedErrorJson: RecordCodec<ParkedError> = answerRecord('ModuleError', { name: t.string, message: t.string }, { code: t.string });

const RunningReplayJson: RecordCodec<RunningReplay> = answerRecord(
  'RunningReplay',
  { position: PlaceText, to: PositionText, deliveries: t.number, failures: t.number },
  {},
  { to: 'to_position' },
);

/** A user whose changes wait for a retry, and the first of them; `attempts` is 0 where another instance delivers. */
const HeldUserJson = answerRecord('HeldUser', { userId: UserIdText, nextRevision: RevisionText, attempts: t.number }, {});

/** What only the instance that delivers knows is absent where the state is `elsewhere`. @category codecs */
export const ModuleJson = answerRecord(
  'Module',
  {
    name: ShortText,
    state: wordOf('joined', 'catching_up', 'paused', 'elsewhere'),
    position: PlaceText,
    heldUsers: t.number,
    held: listOf(HeldUserJson),
    replays: listOf(RunningReplayJson),
    deliveries: t.number,
    failures: t.number,
  },
  {
    pausedBecause: wordOf('failures', 'requested', 'too_many_held'),
    parked: t.number,
    inFlight: t.number,
    consecutiveFailures: t.number,
    lagEvents: t.number,
    lagIsAtLeast: t.boolean,
    lagSeconds: t.number,
  },
);

/** The checkpoint of a module that is not configured. @category codecs */
export const UnknownCheckpoint = answerRecord('UnknownCheckpoint', { name: t.string, position: PlaceText }, {});

/** The modules of a group, how far each is, and who delivers. @category codecs */
export const ModulesJson = answerRecord(
  'Modules',
  {
    group: t.string,
    state: wordOf('starting', 'delivering', 'following', 'stopped', 'failed'),
    owner: orNull(t.string),
    epoch: t.number,
    modules: listOf(ModuleJson),
    unknownCheckpoints: listOf(UnknownCheckpoint),
  },
  { failure: t.string },
);

/** A change that a module gave up, without its content. @category codecs */
export const ParkedDeliveryJson: RecordCodec<ParkedDelivery> = answerRecord(
  'ParkedDelivery',
  {
    eventId: UuidText,
    stream: t.string,
    revision: RevisionText,
    position: PositionText,
    attempts: t.number,
    time: TimeText,
    error: ParkedErrorJson,
  },
  {},
);

/** What became of a parked change that was delivered again. @category codecs */
export const RedriveResultJson: RecordCodec<RedriveResult> = answerRecord('Redriven', { eventId: UuidText, outcome: wordOf('handled', 'failed', 'gone') }, { error: ParkedErrorJson });

/** How far a replay is. @category codecs */
export const ReplayProgressJson: RecordCodec<ReplayProgress> = answerRecord('Replayed', { position: PlaceText, deliveries: t.number, failures: t.number }, {});

const progressFields = { events: t.number, rate: t.number, position: PlaceText, target: PlaceText, fraction: t.number };

/** How far a rebuild is. @category codecs */
export const RebuildProgressJson: RecordCodec<RebuildProgress> = answerRecord(
  'RebuildProgress',
  { phase: wordOf('erasures', 'copying', 'events', 'catching-up', 'swapping', 'done'), ...progressFields },
  { remaining: t.number },
  { remaining: 'remaining_ms' },
);

/** How far a comparison with a fresh replay is. @category codecs */
export const VerifyProgressJson: RecordCodec<VerifyProgress> = answerRecord(
  'VerifyProgress',
  { phase: wordOf('events', 'comparing'), ...progressFields },
  { remaining: t.number },
  { remaining: 'remaining_ms' },
);

const QuarantinedEventJson: RecordCodec<QuarantinedEvent> = answerRecord(
  'QuarantinedEvent',
  {
    position: t.string,
    revision: t.string,
    stream: t.string,
    eventId: t.string,
    eventType: t.string,
    path: t.string,
    expected: t.string,
  },
  {},
);

/** How the projection does. @category codecs */
export const ProjectionJson = answerRecord(
  'Projection',
  {
    logId: t.string,
    ready: t.boolean,
    position: PlaceText,
    writtenPosition: PlaceText,
    unwrittenEvents: t.number,
    subscription: t.string,
    foreignEvents: t.number,
    quarantined: listOf(QuarantinedEventJson),
  },
  { failed: answerRecord('ProjectionFailure', { code: t.string, message: t.string }, {}), rebuild: RebuildProgressJson, verification: VerifyProgressJson },
);
