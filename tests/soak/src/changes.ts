import { type AccountDataType, type StreamNames, type UserId, encodeEvent, schemaVersionOf } from '@account-data/domain';
import { type EventStore, StreamName } from '@account-data/event-store';
import { systemRuntime as runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

const users: ReadonlyArray<UserId> = Array.from({ length: 12 }, (_none, i) => `@user${String(i)}:example.org` as UserId);

/** Changes of account data that count upwards for each user, and what was appended of them. */
export class Changes {
  /** By user: the event ids, in order. */
  readonly ids = new Map<string, Array<string>>();
  readonly #names: StreamNames;
  #next = 0;

  constructor(names: StreamNames) {
    this.#names = names;
  }

  get total(): number {
    return this.#next;
  }

  /** Appends so many more, the users by turns. */
  async append(store: EventStore, count: number): Promise<void> {
    const end = this.#next + count;
    while (this.#next < end) {
      // One for each user at most: the changes of one user have to be in order.
      const some = Array.from({ length: Math.min(users.length, end - this.#next) }, (_none, i) => this.#next + i);
      this.#next += some.length;
      await Promise.all(some.map((i) => this.#appendOne(store, users[i % users.length] ?? users[0])));
    }
  }

  async #appendOne(store: EventStore, user: UserId | undefined): Promise<void> {
    if (user === undefined) throw new Error('There are no users.');
    const ids = this.ids.get(user) ?? [];
    this.ids.set(user, ids);
    const id = runtime.random.uuid();
    const { type, data, metadata } = encodeEvent(
      { type: 'AccountDataUpdated', data: { userId: user, roomId: null, type: 'org.example.count' as AccountDataType, content: { n: ids.length } } },
      { schemaVersion: schemaVersionOf('AccountDataUpdated'), actor: { kind: 'user', id: user }, $correlationId: id, origin: 'api' },
    );
    ids.push(id);
    const event = { id, type, data: { ...data }, metadata: { ...metadata } };
    const appended = await store.append(StreamName(this.#names.accountData(user)), [event], 'any')();
    if (E.isLeft(appended)) throw new Error(`A change could not be appended: ${appended.left.code}.`);
  }
}
