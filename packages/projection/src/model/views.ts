import {
  contentBytes,
  type AccountDataType,
  type EntryView,
  type RecordedRequest,
  type RoomId,
  type Tag,
  type TagsView,
  type UserView,
} from '@account-data/domain';
import { Revision } from '@account-data/event-store';
import { currentEntry, currentRequest, currentTagsContent } from './current.js';
import { countContentBytes, countKeys, listTags } from './lists.js';
import type { ReadModel } from './ReadModel.js';
import type { StreamKind, StreamState } from './StreamState.js';

/**
 * A user's stream as decisions see it, answered when asked: from what is unwritten, then from storage. It is good until
 * the next event of the stream; ask for a new one after that.
 */
abstract class StreamView {
  protected readonly model: ReadModel;
  protected readonly state: StreamState;
  readonly erased: boolean;
  readonly head: Revision | 'no-stream';

  constructor(model: ReadModel, kind: StreamKind, userId: string) {
    this.model = model;
    this.state = (kind === 'data' ? model.data : model.tags).load(userId);
    this.erased = model.erased.size > 0 && model.erased.has(userId);
    this.head = this.state.head < 0 || this.erased ? 'no-stream' : Revision(this.state.head);
  }

  /** There are no more keys than events. */
  get keyCountBound(): number {
    return this.state.keyCount >= 0 ? this.state.keyCount : this.state.head + 1;
  }

  requestKey(actor: string, key: string): RecordedRequest | undefined {
    const request = currentRequest(this.model, this.state.kind, this.state.userId, actor, key);
    return request === undefined
      ? undefined
      : { fingerprint: request.fingerprint, firstRevision: Revision(request.firstRevision), count: request.count };
  }
}

class ProjectedUserView extends StreamView implements UserView {
  get keyCount(): number {
    if (this.erased) return 0;
    const { state } = this;
    if (state.keyCount < 0) state.keyCount = countKeys(this.model, state.userId);
    return state.keyCount;
  }

  get contentBytes(): number {
    if (this.erased) return 0;
    const { state } = this;
    if (state.contentBytes < 0) state.contentBytes = countContentBytes(this.model, state.userId);
    return state.contentBytes;
  }

  entry(roomId: RoomId | null, type: AccountDataType): EntryView | undefined {
    return currentEntry(this.model, this.state.userId, roomId, type);
  }
}

class ProjectedTagsView extends StreamView implements TagsView {
  get keyCount(): number {
    if (this.erased) return 0;
    const { state } = this;
    if (state.keyCount < 0) {
      state.keyCount = listTags(this.model, state.userId, 'start').reduce(
        (count, { tags }) => count + Object.keys(tags).length,
        0,
      );
    }
    return state.keyCount;
  }

  get contentBytes(): number {
    if (this.erased) return 0;
    const { state } = this;
    if (state.contentBytes < 0) {
      state.contentBytes = listTags(this.model, state.userId, 'start')
        .flatMap(({ tags }) => Object.values(tags))
        .reduce((bytes, content) => bytes + contentBytes({ content, deleted: false }), 0);
    }
    return state.contentBytes;
  }

  entry(roomId: RoomId, tag: Tag): EntryView | undefined {
    const { tags, revisions } = currentTagsContent(this.model, this.state.userId, roomId);
    if (!Object.hasOwn(tags, tag)) return undefined;
    const content = tags[tag];
    const revision = revisions[tag];
    return content === undefined || revision === undefined
      ? undefined
      : { revision: Revision(revision), content, deleted: false };
  }
}

/** What decisions on a user's account data need, read when it is asked for. @category constructors */
export const userView = (model: ReadModel, userId: string): UserView => new ProjectedUserView(model, 'data', userId);

/** What decisions on a user's tags need, read when it is asked for. @category constructors */
export const tagsView = (model: ReadModel, userId: string): TagsView => new ProjectedTagsView(model, 'tags', userId);
