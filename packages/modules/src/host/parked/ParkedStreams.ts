import type { AppendError, EventStore, ReadError } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { HostLogger } from '../../api/ports.js';
import type { Change } from '../delivery/Change.js';
import type { ParkedError } from '../ModuleHost.js';
import { ParkedStream, type ParkedRecord, type Settlement } from './ParkedStream.js';

/** The parked streams of all modules, and how much is in them. */
export class ParkedStreams {
  readonly #store: EventStore;
  readonly #nameOf: (module: string) => string;
  readonly #runtime: Runtime;
  readonly #logger: HostLogger;
  readonly #streams = new Map<string, ParkedStream>();
  readonly #ids = new Map<string, Set<string>>();

  constructor(store: EventStore, nameOf: (module: string) => string, runtime: Runtime, logger: HostLogger) {
    this.#store = store;
    this.#nameOf = nameOf;
    this.#runtime = runtime;
    this.#logger = logger;
  }

  /** How many deliveries of the module are parked, as far as this process has heard. */
  count(module: string): number {
    return this.#ids.get(module)?.size ?? 0;
  }

  list(module: string): TE.TaskEither<ReadError, ReadonlyArray<ParkedRecord>> {
    return async () => {
      const listed = await this.#stream(module).list()();
      if (E.isRight(listed)) this.#ids.set(module, new Set(listed.right.map(({ eventId }) => eventId)));
      return listed;
    };
  }

  /** False: it could not be written now. */
  async park(module: string, change: Change, attempts: number, error: ParkedError): Promise<boolean> {
    const parked = await this.#stream(module).park(change, attempts, error)();
    if (E.isLeft(parked)) {
      this.#logger.log('error', 'A delivery could not be parked', { module, eventId: change.eventId, code: parked.left.code });
      return false;
    }
    const ids = this.#ids.get(module);
    if (ids === undefined) this.#ids.set(module, new Set([change.eventId]));
    else ids.add(change.eventId);
    return true;
  }

  settle(module: string, eventId: string, outcome: Settlement): TE.TaskEither<AppendError, void> {
    return async () => {
      const settled = await this.#stream(module).settle(eventId, outcome)();
      if (E.isRight(settled)) this.#ids.get(module)?.delete(eventId);
      return settled;
    };
  }

  #stream(module: string): ParkedStream {
    const known = this.#streams.get(module);
    if (known !== undefined) return known;
    const stream = new ParkedStream(this.#store, this.#nameOf(module), this.#runtime);
    this.#streams.set(module, stream);
    return stream;
  }
}
