/** What a node says of its version. `major` 0 where it says nothing (before 21.10). @category model */
export interface ServerVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** The version of a server that does not tell it: older than all that do. @category constructors */
export const unknownVersion: ServerVersion = { text: 'unknown', major: 0, minor: 0 };

/** Reads `23.10.3` and the like. @category constructors */
export const parseServerVersion = (text: string): ServerVersion => {
  const match = /^(\d+)\.(\d+)/.exec(text);
  return match === null ? unknownVersion : { text, major: Number(match[1]), minor: Number(match[2]) };
};

const isAtLeast = ({ major, minor }: ServerVersion, [wantedMajor, wantedMinor]: readonly [number, number]): boolean =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);

/** Whether a subscription is told when it has caught up. @category predicates */
export const tellsCaughtUp = (version: ServerVersion): boolean => isAtLeast(version, [23, 10]);

/**
 * Whether a subscription that begins after a position reads from that position on and skips it. Older nodes read one
 * event there and begin after that one: where the event at the position was scavenged, they skip the next one instead.
 *
 * @category predicates
 */
export const beginsExactlyAfter = (version: ServerVersion): boolean => isAtLeast(version, [24, 2]);

/** Whether this is a version we support: 22.10 (22.10.4) or newer. @category predicates */
export const isSupported = (version: ServerVersion): boolean => isAtLeast(version, [22, 10]);
