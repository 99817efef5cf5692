import type { RoomId } from './RoomId.js';
import { type UserId, isUserId } from './UserId.js';

/** The names of all streams, under one prefix. @category model */
export interface StreamNames {
  readonly prefix: string;
  /** A user's account data, all rooms and types. */
  readonly accountData: (userId: UserId) => string;
  /** A user's room tags. */
  readonly tags: (userId: UserId) => string;
  /** Its first event, `LogCreated`, names the log. */
  readonly log: string;
  /** Who was erased. */
  readonly erasures: string;
  /** The progress of a group of modules. */
  readonly modules: (group: string) => string;
  /** How far a homeserver is followed. */
  readonly follow: (serverName: string) => string;
  /** How often a homeserver was polled. */
  readonly followPolled: (serverName: string) => string;
  /** Rows of a followed homeserver that can't be in this log. */
  readonly followParked: (serverName: string) => string;
  /** Deliveries that a module gave up. */
  readonly parked: (module: string) => string;
  /** Who looked at others' data in a month, which is written `2026-11`. */
  readonly access: (month: string) => string;
  /** Events that modules sent into a room of this store. */
  readonly room: (roomId: RoomId) => string;
  /** What the names of all account data streams begin with, and no others. */
  readonly accountDataPrefix: string;
  /** What the names of all tag streams begin with, and no others. */
  readonly tagsPrefix: string;
  /** What the name of the erasures' stream begins with, and no others. */
  readonly erasuresPrefix: string;
  /** What the names of all room streams begin with, and no others. */
  readonly roomPrefix: string;
  /** Whose account data or tag stream it is; undefined for any other stream. */
  readonly userIdOf: (streamName: string) => UserId | undefined;
}

/**
 * Whether a string can stand before all names. It has no `-`, which ends the category of a stream in EventStoreDB and
 * keeps the streams of one prefix out of the filters of another, does not start with `$` and does not look like a name.
 *
 * @category predicates
 */
export const isStreamPrefix = (prefix: string): boolean =>
  prefix === '' || (/^[A-Za-z0-9][A-Za-z0-9_.:]{0,63}$/.test(prefix) && !prefix.includes('account_data'));

/**
 * The names of all streams. Throws a TypeError for a prefix that is none (see {@link isStreamPrefix}).
 *
 * @category constructors
 */
export const streamNames = (prefix = ''): StreamNames => {
  if (!isStreamPrefix(prefix)) {
    throw new TypeError(
      `Not a prefix of stream names: ${JSON.stringify(prefix)}. ` +
        'It is up to 64 letters, digits, "_", "." and ":", begins with a letter or digit and has no "account_data" in it.',
    );
  }
  const accountDataPrefix = `${prefix}account_data-`;
  const tagsPrefix = `${prefix}account_data_tags-`;
  const roomPrefix = `${prefix}account_data_room-`;
  const erasures = `${prefix}account_data_erasures`;
  return {
    prefix,
    accountData: (userId) => accountDataPrefix + userId,
    tags: (userId) => tagsPrefix + userId,
    log: `${prefix}account_data_log`,
    erasures,
    modules: (group) => `${prefix}account_data_modules-${group}`,
    follow: (serverName) => `${prefix}account_data_follow-${serverName}`,
    followPolled: (serverName) => `${prefix}account_data_follow_polled-${serverName}`,
    followParked: (serverName) => `${prefix}account_data_follow_parked-${serverName}`,
    parked: (module) => `${prefix}account_data_parked-${module}`,
    access: (month) => `${prefix}account_data_access-${month}`,
    room: (roomId) => roomPrefix + roomId,
    accountDataPrefix,
    tagsPrefix,
    erasuresPrefix: erasures,
    roomPrefix,
    userIdOf: (streamName) => userIdAfter(accountDataPrefix, streamName) ?? userIdAfter(tagsPrefix, streamName),
  };
};

const userIdAfter = (prefix: string, streamName: string): UserId | undefined => {
  if (!streamName.startsWith(prefix)) return undefined;
  const userId = streamName.slice(prefix.length);
  return isUserId(userId) ? userId : undefined;
};
