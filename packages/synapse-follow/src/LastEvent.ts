import type { EventStore, ExpectedRevision, StoredJson, StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { FollowError } from './FollowError.js';

/** A fact of which only the last word counts. */
export interface LastEventOptions<A> {
  readonly store: EventStore;
  readonly stream: StreamName;
  readonly type: string;
  readonly codec: t.Type<A, unknown>;
  readonly runtime: Runtime;
}

const schemaVersion = 1;

/**
 * A fact that is the last event of a stream of its own; what was said before need not be kept. It is written at the exact
 * revision that was read, so that of two who write it the slower one fails.
 */
export class LastEvent<A> {
  readonly #options: LastEventOptions<A>;
  #expected: ExpectedRevision = 'no-stream';

  constructor(options: LastEventOptions<A>) {
    this.#options = options;
  }

  /** Undefined where there is none. @throws FollowError where it can't be read or is damaged */
  async read(): Promise<A | undefined> {
    const { store, stream, codec } = this.#options;
    const slice = await store.read(stream, { direction: 'backwards', limit: 1 })();
    if (E.isLeft(slice)) throw storeFault(slice.left);
    const last = slice.right._tag === 'Events' ? slice.right.events[0] : undefined;
    this.#expected = last === undefined ? 'no-stream' : last.revision;
    if (last === undefined) return undefined;
    const decoded = codec.decode(last.data);
    if (E.isLeft(decoded)) throw new FollowError('progress_damaged', `The last event of the stream ${stream} is not what it should be. A newer version may have written it: use that one.`);
    return decoded.right;
  }

  /** @throws FollowError where somebody else has written it, or the store fails */
  async write(value: A): Promise<void> {
    const { store, stream, type, codec, runtime } = this.#options;
    if (this.#expected === 'no-stream') {
      const limited = await store.setStreamMetadata(stream, { maxCount: 1 })();
      if (E.isLeft(limited)) throw storeFault(limited.left);
    }
    const event = { id: runtime.random.uuid(), type, data: codec.encode(value) as StoredJson, metadata: { schemaVersion } };
    const appended = await store.append(stream, [event], this.#expected)();
    if (E.isLeft(appended)) {
      if (appended.left._tag !== 'RevisionConflict') throw storeFault(appended.left);
      throw new FollowError('followed_elsewhere', `Another process follows the same homeserver into this log and has written ${stream}. It goes on; this one tries again.`);
    }
    this.#expected = appended.right.revision;
  }
}

const storeFault = (error: { readonly code: string }): FollowError =>
  new FollowError(error.code, `The log can't be read or written (${error.code}). It is tried again.`);
