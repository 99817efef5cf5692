import type { ClientRuntime, Fetch } from './ClientRuntime.js';

/**
 * What browsers and Node have in common. The one file of this package that touches the world by itself.
 */

/** The real clock and timers, of Node or a browser. @category interpreters */
export const platformRuntime: ClientRuntime = {
  clock: { now: () => Date.now() },
  timers: {
    setTimeout: (callback, milliseconds) => {
      const timer = globalThis.setTimeout(callback, milliseconds);
      return () => {
        globalThis.clearTimeout(timer);
      };
    },
  },
  random: {
    // Browsers have crypto.randomUUID in secure contexts only, getRandomValues everywhere.
    uuid: () => uuidOf(globalThis.crypto.getRandomValues(new Uint8Array(16))),
    number: () => Math.random(),
  },
};

/** The real network, of Node or a browser. @category interpreters */
export const platformFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** A version 4 UUID of 16 random bytes (RFC 9562). */
const uuidOf = (bytes: Uint8Array): string => {
  const hex = Array.from(bytes, (byte, index) => {
    const value = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return value.toString(16).padStart(2, '0');
  }).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
