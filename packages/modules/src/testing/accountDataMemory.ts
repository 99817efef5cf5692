import { type JsonObject, copyJsonObject, defaultLimits, isEmptyContent } from '@account-data/domain';
import { Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { ModuleChange } from '../api/DeliveryApi.js';
import type { AccountDataPort, ChangeCause } from '../api/ports.js';

/** A change that the module made. @category model */
export interface MadeChange {
  readonly userId: string;
  readonly roomId: string | null;
  /** Of account data, or the tag's name. */
  readonly type: string;
  readonly kind: 'set' | 'delete' | 'setTag' | 'removeTag';
  readonly content: JsonObject;
  readonly cause: ChangeCause;
}

/** Account data in memory, for tests of modules. @category model */
export interface AccountDataMemory {
  readonly get: (userId: string, roomId: string | null, type: string) => JsonObject | null;
  /** Sets account data behind the module's back. Answers what was there before. */
  readonly set: (userId: string, roomId: string | null, type: string, content: JsonObject) => JsonObject | null;
  /** What the module changed, in order. */
  readonly changes: ReadonlyArray<MadeChange>;
  readonly port: AccountDataPort;
}

const keyOf = (...parts: ReadonlyArray<string | null>): string => JSON.stringify(parts);

/** Account data in memory, as a module under test reads and changes it. @category constructors */
export const accountDataMemory = (): AccountDataMemory => {
  const contents = new Map<string, JsonObject>();
  const tags = new Map<string, Map<string, JsonObject>>();
  const changes: Array<MadeChange> = [];

  const get = (userId: string, roomId: string | null, type: string): JsonObject | null =>
    contents.get(keyOf(userId, roomId, type)) ?? null;

  const set: AccountDataMemory['set'] = (userId, roomId, type, content) => {
    const previous = get(userId, roomId, type);
    const key = keyOf(userId, roomId, type);
    if (isEmptyContent(content)) contents.delete(key);
    else contents.set(key, content);
    return previous;
  };

  const tagsOf = (userId: string, roomId: string): Map<string, JsonObject> => {
    const key = keyOf(userId, roomId);
    const known = tags.get(key) ?? new Map<string, JsonObject>();
    tags.set(key, known);
    return known;
  };

  const made = async (change: MadeChange): Promise<ModuleChange> => {
    changes.push(change);
    return Promise.resolve({ revision: Revision(changes.length - 1) });
  };

  const checked = (content: JsonObject): JsonObject => {
    const copy = copyJsonObject(content, defaultLimits);
    if (E.isLeft(copy)) throw new TypeError(`Not content: ${copy.left.message}`);
    return copy.right;
  };

  return {
    get,
    set,
    changes,
    port: {
      get: async (userId, roomId, type) => Promise.resolve(get(userId, roomId, type)),
      set: async (userId, roomId, type, content, cause) => {
        const copy = checked(content);
        set(userId, roomId, type, copy);
        return made({ userId, roomId, type, kind: 'set', content: copy, cause });
      },
      delete: async (userId, roomId, type, cause) => {
        set(userId, roomId, type, {});
        return made({ userId, roomId, type, kind: 'delete', content: {}, cause });
      },
      tags: async (userId, roomId) => Promise.resolve(Object.fromEntries(tagsOf(userId, roomId))),
      setTag: async (userId, roomId, tag, content, cause) => {
        const copy = checked(content);
        tagsOf(userId, roomId).set(tag, copy);
        return made({ userId, roomId, type: tag, kind: 'setTag', content: copy, cause });
      },
      removeTag: async (userId, roomId, tag, cause) => {
        tagsOf(userId, roomId).delete(tag);
        return made({ userId, roomId, type: tag, kind: 'removeTag', content: {}, cause });
      },
    },
  };
};
