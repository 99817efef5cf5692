import { type AppendError, type EventStore, type ReadError, type Revision, isAfter, plus } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostLogger } from '../../api/ports.js';
import type { Change } from '../delivery/Change.js';
import type { ParkedError } from '../ModuleHost.js';
import { ParkedStream, type ParkedRecord, type Settlement } from './ParkedStream.js';

/** Where parked changes are kept, and under which names. @category model */
export interface ParkedStreamsOptions {
  readonly store: EventStore;
  /** The stream of a module's name. */
  readonly nameOf: (module: string) => string;
  /** The names that the module had before. */
  readonly formerNames: (module: string) => ReadonlyArray<string>;
  readonly runtime: Runtime;
  readonly logger: HostLogger;
}

/** Where a parked delivery is listed, and which change it is of. */
interface Home {
  readonly streams: ReadonlyArray<ParkedStream>;
  readonly place: string;
}

const placeOf = ({ stream, revision }: { readonly stream: string; readonly revision: Revision }): string => `${stream} ${revision}`;

/**
 * The parked deliveries of all modules, and how many there are. What was parked before a module was renamed stays in the
 * stream of its former name and is listed with the rest; settling it is written to each stream that lists it.
 */
export class ParkedStreams {
  readonly #options: ParkedStreamsOptions;
  readonly #streams = new Map<string, ParkedStream>();
  /** By module and event id. */
  readonly #homes = new Map<string, Map<string, Home>>();
  /** The places of those, made when they are asked for. */
  readonly #places = new Map<string, ReadonlySet<string>>();

  constructor(options: ParkedStreamsOptions) {
    this.#options = options;
  }

  /** How many deliveries of the module are parked, as far as this process has heard. */
  count(module: string): number {
    return this.#homes.get(module)?.size ?? 0;
  }

  list(module: string): TE.TaskEither<ReadError, ReadonlyArray<ParkedRecord>> {
    return async () => {
      const homes = new Map<string, Home>();
      const records = new Map<string, ParkedRecord>();
      for (const name of [...this.#options.formerNames(module), module]) {
        const stream = this.#stream(name);
        const listed = await stream.list()();
        if (E.isLeft(listed)) return listed;
        for (const record of listed.right) {
          homes.set(record.eventId, { place: placeOf(record), streams: [...(homes.get(record.eventId)?.streams ?? []), stream] });
          records.delete(record.eventId);
          records.set(record.eventId, record);
        }
      }
      this.#homes.set(module, homes);
      this.#places.delete(module);
      return E.right([...records.values()]);
    };
  }

  /** False: it could not be written now. */
  async park(module: string, change: Change, attempts: number, error: ParkedError): Promise<boolean> {
    const stream = this.#stream(module);
    const parked = await stream.park(change, attempts, error)();
    if (E.isLeft(parked)) {
      this.#options.logger.log('error', 'A delivery could not be parked', {
        module,
        eventId: change.eventId,
        code: parked.left.code,
      });
      return false;
    }
    const homes = this.#homesOf(module);
    this.#places.delete(module);
    const others = (homes.get(change.eventId)?.streams ?? []).filter((home) => home !== stream);
    homes.set(change.eventId, { place: placeOf(change), streams: [...others, stream] });
    return true;
  }

  /** Whether any of the deliveries of a stream from the first revision to the last is parked, as far as this process has heard. */
  hasAny(module: string, stream: string, first: Revision, last: Revision): boolean {
    const homes = this.#homes.get(module);
    if (homes === undefined || homes.size === 0) return false;
    const places = this.#places.get(module) ?? new Set([...homes.values()].map(({ place }) => place));
    this.#places.set(module, places);
    for (let revision = first; !isAfter(revision, last); revision = plus(revision, 1)) if (places.has(placeOf({ stream, revision }))) return true;
    return false;
  }

  settle(module: string, eventId: string, outcome: Settlement): TE.TaskEither<AppendError, void> {
    return async () => {
      for (const home of this.#homesOf(module).get(eventId)?.streams ?? [this.#stream(module)]) {
        const settled = await home.settle(eventId, outcome)();
        if (E.isLeft(settled)) return settled;
      }
      this.#homesOf(module).delete(eventId);
      this.#places.delete(module);
      return E.right(undefined);
    };
  }

  #homesOf(module: string): Map<string, Home> {
    const known = this.#homes.get(module);
    if (known !== undefined) return known;
    const homes = new Map<string, Home>();
    this.#homes.set(module, homes);
    return homes;
  }

  #stream(name: string): ParkedStream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const { store, nameOf, runtime } = this.#options;
    const stream = new ParkedStream(store, nameOf(name), runtime);
    this.#streams.set(name, stream);
    return stream;
  }
}
