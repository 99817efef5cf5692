/** The part of fs-native-extensions (which ships no types) that this package uses. */
declare module 'fs-native-extensions' {
  /** Locks a whole open file, or says that somebody else holds it (on Linux: an open file description lock). */
  export function tryLock(descriptor: number, options?: { readonly shared?: boolean }): boolean;
  /** Locks so many bytes of it from an offset on. */
  export function tryLock(descriptor: number, offset: number, length: number, options?: { readonly shared?: boolean }): boolean;
  /** The same, once nobody else holds it. */
  export const waitForLock: (descriptor: number, offset: number, length: number) => Promise<void>;
  export const unlock: (descriptor: number, offset?: number, length?: number) => void;
}
