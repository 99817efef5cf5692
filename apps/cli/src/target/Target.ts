import type { AccountDataClient, Diff, Entry, HistoryEntry, RoomTags, TagHistoryEntry } from '@account-data/client';

type WithoutPosition<A extends { readonly position: unknown }> = Omit<A, 'position'> & Partial<Pick<A, 'position'>>;

/** One change of account data; the streams of a data folder tell no positions. @category model */
export type LoggedChange = WithoutPosition<HistoryEntry>;

/** One change of a room tag, likewise. @category model */
export type LoggedTagChange = WithoutPosition<TagHistoryEntry>;

/** A page of changes. `next` is the cursor of the page that follows; absent at the end. @category model */
export interface Page<Logged> {
  readonly entries: ReadonlyArray<Logged>;
  readonly next?: string;
}

/** The content of a key, as far as every target tells it. @category model */
export type FoundEntry = Pick<Entry, 'roomId' | 'type' | 'content' | 'revision'>;

/** All tags of a room, likewise. @category model */
export type FoundTags = Pick<RoomTags, 'roomId' | 'tags'>;

/** The answer may tell less than the client's. */
type Told<Call extends (...parameters: never) => unknown, Answer> = (...parameters: Parameters<Call>) => Answer;

/**
 * What commands work on: a server through its client, or a data folder, which has the interface of the client. A folder
 * tells less of an entry, and rejects with `needs_server` where its log alone can't tell.
 *
 * @category model
 */
export interface Target
  extends Pick<AccountDataClient, 'set' | 'delete' | 'setTag' | 'removeTag' | 'feed' | 'roomEvents' | 'followRoom' | 'users' | 'accessLog'> {
  readonly get: Told<AccountDataClient['get'], Promise<FoundEntry | undefined>>;
  readonly entries: Told<AccountDataClient['entries'], AsyncGenerator<FoundEntry, void, void>>;
  readonly tags: Told<AccountDataClient['tags'], Promise<ReadonlyArray<FoundTags>>>;
  readonly history: Told<AccountDataClient['history'], Promise<Page<LoggedChange>>>;
  readonly tagHistory: Told<AccountDataClient['tagHistory'], Promise<Page<LoggedTagChange>>>;
  readonly logHistory: Told<AccountDataClient['logHistory'], Promise<Page<LoggedChange>>>;
  readonly scan: AccountDataClient['scan'];
  readonly diff: Told<AccountDataClient['diff'], Promise<Pick<Diff, 'changes'>>>;
}
