/** The users of the script. @category model */
export type Localpart = 'alice' | 'bob' | 'carol';

/** Their user IDs, on both sides. @category destructors */
export const userIdOf = (localpart: Localpart): string => `@${localpart}:example.org`;

/** One request of a client. @category model */
export interface Operation {
  /** Unique; rows of the table of differences go by it. */
  readonly name: string;
  readonly user: Localpart;
  readonly method: string;
  /** Encoded, from `/_matrix` on; `{room}` is a room that alice and bob have joined. */
  readonly path: string;
  readonly body?: string | Uint8Array;
  /** In place of the user's token. Null: none at all. */
  readonly token?: string | null;
  /** Which announcement it brings where it is accepted: its type of account data. */
  readonly type?: string;
}

/** Account data of a user, as a path. */
export const dataPath = (user: Localpart, type: string, room = false): string =>
  `/user/${encodeURIComponent(userIdOf(user))}${room ? '/rooms/{room}' : ''}/account_data/${encodeURIComponent(type)}`;

const v3 = '/_matrix/client/v3';
const msc3391 = '/_matrix/client/unstable/org.matrix.msc3391';

type Content = string | Uint8Array | object;

const bodyOf = (content: Content): string | Uint8Array =>
  typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);

/** Sets account data; a text is sent as it is. @category constructors */
export const put = (name: string, type: string, content: Content, { user = 'alice', room = false }: Where = {}): Operation => ({
  name, user, method: 'PUT', path: v3 + dataPath(user, type, room), body: bodyOf(content), type,
});

/** @category model */
export interface Where {
  readonly user?: Localpart;
  readonly room?: boolean;
}

/** Reads account data. @category constructors */
export const get = (name: string, type: string, { user = 'alice', room = false }: Where = {}): Operation => ({
  name, user, method: 'GET', path: v3 + dataPath(user, type, room),
});

/** Deletes account data as MSC3391 has it. @category constructors */
export const remove = (name: string, type: string, { user = 'alice', room = false }: Where = {}): Operation => ({
  name, user, method: 'DELETE', path: msc3391 + dataPath(user, type, room), type,
});

const tagPath = (user: Localpart, tag: string, room: string): string =>
  `${v3}/user/${encodeURIComponent(userIdOf(user))}/rooms/${room}/tags${tag === '' ? '' : `/${encodeURIComponent(tag)}`}`;

/** Reads, sets or removes room tags. @category constructors */
export const tags = (
  name: string,
  method: 'GET' | 'PUT' | 'DELETE',
  tag = '',
  content?: Content,
  { user = 'alice', room = '{room}' }: { readonly user?: Localpart; readonly room?: string } = {},
): Operation => ({
  name, user, method, path: tagPath(user, tag, room), ...(content === undefined ? {} : { body: bodyOf(content) }),
});
