/** The part of fs-native-extensions (which ships no types) that this package uses. */
declare module 'fs-native-extensions' {
  /** Locks a whole open file, or says that somebody else holds it (on Linux: an open file description lock). */
  export const tryLock: (descriptor: number) => boolean;
}
