import { requestFaults } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { ClientError } from './ClientError.js';
import type { CommandCalls } from './commands.js';
import type { ChangeResult, Content, Entry } from './model.js';
import type { ConditionalChangeOptions, ReadOptions } from './options.js';
import type { QueryCalls } from './queries.js';
import { type UpdateOptions, updateKey } from './update.js';

/** An entry whose content was read by the codec of its type. @category model */
export interface TypedEntry<A> extends Omit<Entry, 'content'> {
  readonly content: A;
}

/** Account data of one type, in one place: of the user, or in a room. @category model */
export interface TypedKey<A> {
  /** Undefined where there is none. Rejects with `content_mismatch` where the codec does not take what is there. */
  readonly get: (userId: string, options?: ReadOptions) => Promise<TypedEntry<A> | undefined>;
  readonly set: (userId: string, content: A, options?: ConditionalChangeOptions) => Promise<ChangeResult>;
  /** Takes the current content (null where there is none) and gives the next; null deletes. */
  readonly update: (userId: string, update: (current: A | null) => A | null | Promise<A | null>, options?: UpdateOptions) => Promise<ChangeResult>;
  readonly delete: (userId: string, options?: ConditionalChangeOptions) => Promise<ChangeResult>;
}

/** An account data type with the codec of its content. @category model */
export interface TypedAccountData<A> extends TypedKey<A> {
  readonly type: string;
  /** The same type in a room. */
  readonly inRoom: (roomId: string) => TypedKey<A>;
  /** A content of this type from anywhere (a history, the feed). @throws ClientError `content_mismatch` */
  readonly decode: (content: Content) => A;
}

/** Account data of one type through a codec of the program's own. @category constructors */
export const typedAccountData = <A, O extends object>(
  calls: Pick<CommandCalls, 'set' | 'delete'> & Pick<QueryCalls, 'get'>,
  type: string,
  codec: t.Type<A, O, unknown>,
): TypedAccountData<A> => {
  const decode = (content: Content): A => {
    const decoded = codec.decode(content);
    if (E.isRight(decoded)) return decoded.right;
    throw contentMismatch(type, decoded.left);
  };
  const encode = (content: A): Content => Object.fromEntries(Object.entries(codec.encode(content)));

  const at = (roomId: string | null): TypedKey<A> => ({
    get: async (userId, options) => {
      const entry = await calls.get(userId, roomId, type, options);
      return entry === undefined ? undefined : { ...entry, content: decode(entry.content) };
    },
    set: async (userId, content, options) => calls.set(userId, roomId, type, encode(content), options),
    update: (userId, update, options = {}) =>
      updateKey(
        calls,
        calls,
        { userId, roomId, type },
        async (current) => {
          const next = await update(current === null ? null : decode(current));
          return next === null ? {} : encode(next);
        },
        options,
      ),
    delete: (userId, options) => calls.delete(userId, roomId, type, options),
  });

  return { type, decode, inRoom: at, ...at(null) };
};

const contentMismatch = (type: string, errors: t.Errors): ClientError => {
  const faults = requestFaults(errors, '');
  const [fault] = faults;
  return new ClientError({
    _tag: 'ContentMismatch',
    code: 'content_mismatch',
    message: `Account data of type ${type} is not what its codec says: ${fault?.path ?? ''} ${fault?.message ?? ''}.`,
    faults,
  });
};
