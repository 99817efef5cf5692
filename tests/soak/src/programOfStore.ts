import { fileURLToPath } from 'node:url';

/** The path of one of the programs of the tests of the embedded store. */
export const programOfStore = (name: string): string =>
  fileURLToPath(new URL(`../../../packages/event-store-lmdb/test/programs/${name}.mjs`, import.meta.url));
