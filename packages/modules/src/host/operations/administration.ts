import type { EventStore, ReadError, ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { ModuleTrack } from '../delivery/ModuleTrack.js';
import type { ModuleHostError, ModuleRefusal, NotOwner, NotParked, UnknownModule } from '../errors.js';
import type { HostLifecycle } from '../HostLifecycle.js';
import type { LoadedModule } from '../LoadedModule.js';
import type { ModuleHost, ParkedDelivery, RedriveResult, ReplayRange } from '../ModuleHost.js';
import type { ParkedRecord } from '../parked/ParkedStream.js';
import type { ParkedStreams } from '../parked/ParkedStreams.js';
import type { Term } from '../Term.js';

/** What the operations on modules work on. @category model */
export interface AdministrationOptions {
  readonly store: EventStore;
  readonly lifecycle: HostLifecycle;
  readonly parked: ParkedStreams;
}

type Operations = Pick<
  ModuleHost,
  'pause' | 'resume' | 'parked' | 'redrive' | 'dropParked' | 'replay' | 'forget'
>;

/** What operators do with modules. */
export const administration = ({ store, lifecycle, parked }: AdministrationOptions): Operations => {
  const module = (name: string): E.Either<UnknownModule, LoadedModule> => {
    const found = lifecycle.modules.find((one) => one.name === name);
    return found === undefined ? E.left(unknownModule(name, lifecycle.modules)) : E.right(found);
  };

  const term = (): E.Either<NotOwner, Term> =>
    lifecycle.term === undefined ? E.left(notOwner(lifecycle)) : E.right(lifecycle.term);

  const track = (name: string): E.Either<ModuleHostError, readonly [Term, ModuleTrack]> => {
    const known = module(name);
    if (E.isLeft(known)) return known;
    const delivering = term();
    if (E.isLeft(delivering)) return delivering;
    const found = delivering.right.session.track(name);
    if (found === undefined) return E.left(refusal(`It is still looked for where the module ${name} begins.`));
    return E.right([delivering.right, found]);
  };

  /** What is parked of a module, which need not be configured any more where something is. */
  const parkedOf = async (name: string): Promise<E.Either<ReadError | UnknownModule, ReadonlyArray<ParkedRecord>>> => {
    const listed = await parked.list(name)();
    if (E.isLeft(listed) || listed.right.length > 0) return listed;
    const known = module(name);
    return E.isLeft(known) ? known : listed;
  };

  const chosen = async (
    name: string,
    which: { readonly eventId: string } | 'all',
  ): Promise<E.Either<ReadError | UnknownModule | NotParked, ReadonlyArray<ParkedRecord>>> => {
    const listed = await parkedOf(name);
    if (E.isLeft(listed) || which === 'all') return listed;
    const one = listed.right.filter(({ eventId }) => eventId === which.eventId);
    return one.length === 0 ? E.left(notParked(name, which.eventId)) : E.right(one);
  };

  const redriveOne = async (
    delivering: Term,
    which: ModuleTrack,
    record: ParkedRecord,
  ): Promise<E.Either<ModuleHostError, RedriveResult>> => {
    const { eventId } = record;
    const { name } = which.module;
    const found = await delivering.findParked(record);
    if (E.isLeft(found)) return found;
    if (found.right._tag === 'Gone') {
      const gone = await parked.settle(name, eventId, 'gone')();
      return E.isLeft(gone) ? gone : E.right({ eventId, outcome: 'gone' });
    }
    if (found.right._tag === 'Unreadable') {
      const error = { name: 'UnreadableEvent', message: found.right.problem, code: 'unreadable_event' };
      return E.right({ eventId, outcome: 'failed', error });
    }
    const { change } = found.right;
    const { delivery, failure } = await which.redrive(change);
    if (delivery.state === 'abandoned') return E.left(notOwner(lifecycle));
    if (failure === undefined) {
      const settled = await parked.settle(name, eventId, 'handled')();
      return E.isLeft(settled) ? settled : E.right({ eventId, outcome: 'handled' });
    }
    await parked.park(name, change, record.attempts + 1, failure.error);
    return E.right({ eventId, outcome: 'failed', error: failure.error });
  };

  return {
    pause: (name) => async () => {
      const found = track(name);
      if (E.isLeft(found)) return found;
      const [delivering, which] = found.right;
      delivering.session.pause(which, 'requested');
      await delivering.write();
      return E.right(undefined);
    },

    resume: (name) => async () => {
      const found = track(name);
      if (E.isLeft(found)) return found;
      const [delivering, which] = found.right;
      delivering.session.resume(which);
      await delivering.write();
      return E.right(undefined);
    },

    parked: (name) => async () => {
      const listed = await parkedOf(name);
      return E.isLeft(listed) ? listed : E.right(listed.right.map(shown));
    },

    redrive: (name, which) => async () => {
      const found = track(name);
      if (E.isLeft(found)) return found;
      const [delivering, driven] = found.right;
      const records = await chosen(name, which);
      if (E.isLeft(records)) return records;
      const results: Array<RedriveResult> = [];
      const ended = Promise.race([delivering.ended, delivering.stopped]).then(() => undefined);
      for (const record of records.right) {
        // What has begun when delivery ends is settled all the same, when its callback is through.
        const result = await Promise.race([redriveOne(delivering, driven, record), ended]);
        if (result === undefined) return E.left(notOwner(lifecycle));
        if (E.isLeft(result)) return result;
        results.push(result.right);
      }
      return E.right(results);
    },

    dropParked: (name, which) => async () => {
      const records = await chosen(name, which);
      if (E.isLeft(records)) return records;
      for (const { eventId } of records.right) {
        const dropped = await parked.settle(name, eventId, 'dropped')();
        if (E.isLeft(dropped)) return dropped;
      }
      return E.right(records.right.length);
    },

    replay:
      (name, range, options = {}) =>
      async () => {
        const found = track(name);
        if (E.isLeft(found)) return found;
        const [delivering, { module: loaded }] = found.right;
        const from = await beginOf(range, delivering);
        if (E.isLeft(from)) return from;
        const end = range.to === undefined ? await store.head()() : E.right(range.to);
        if (E.isLeft(end)) return end;
        if (end.right === 'start') return E.right({ position: 'start', deliveries: 0, failures: 0 });
        const replayed = await delivering.replay(loaded, from.right, end.right, options);
        if (E.isRight(replayed)) return replayed;
        switch (replayed.left) {
          case 'aborted':
            return E.left(refusal('The replay was stopped before its end.'));
          case 'moved':
            return E.left(notOwner(lifecycle));
          case 'store':
            return E.left(refusal('The replay met an event or a store that could not be read.'));
        }
      },

    forget: (name) => async () => {
      const delivering = term();
      if (E.isLeft(delivering)) return delivering;
      if (!Object.hasOwn(delivering.right.unknownCheckpoints(), name)) {
        return E.left(refusal(`There is no checkpoint of a module ${name} that is not configured.`));
      }
      await delivering.right.forget(name);
      return E.right(undefined);
    },
  };
};

const beginOf = async ({ from }: ReplayRange, term: Term): Promise<E.Either<ModuleRefusal, ReadFrom>> => {
  switch (from._tag) {
    case 'Now':
      return E.left(refusal('A replay begins at the start, a position or a time.'));
    case 'Start':
      return E.right('start');
    case 'Position':
      return E.right(from.position);
    case 'Time': {
      const found = await term.findTime(from.time);
      return found === undefined ? E.left(refusal('The log could not be read.')) : E.right(found);
    }
  }
};

const shown = ({ eventId, stream, revision, position, attempts, time, error }: ParkedRecord): ParkedDelivery => ({
  eventId,
  stream,
  revision,
  position,
  attempts,
  time,
  error,
});

const refusal = (message: string): ModuleRefusal => ({ _tag: 'ModuleRefusal', code: 'module_refusal', message });

const unknownModule = (module: string, modules: ReadonlyArray<LoadedModule>): UnknownModule => ({
  _tag: 'UnknownModule',
  code: 'unknown_module',
  module,
  message: `No module is named ${module}. There are: ${modules.map(({ name }) => name).join(', ') || 'none'}.`,
});

const notOwner = ({ follower, state, failure }: HostLifecycle): NotOwner => {
  const owner = follower?.head?.progress.owner ?? null;
  const why =
    owner === null
      ? `Nobody delivers to the modules now (this instance: ${failure ?? state}).`
      : `Another instance delivers to the modules: ${owner}. Ask that one.`;
  return { _tag: 'NotOwner', code: 'not_module_owner', owner, message: why };
};

const notParked = (module: string, eventId: string): NotParked => ({
  _tag: 'NotParked',
  code: 'not_parked',
  module,
  eventId,
  message: `No delivery of the event ${eventId} to the module ${module} is parked.`,
});
