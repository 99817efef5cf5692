import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage, program } from './support/builtPackage.js';
import { cannotMount, runOnDisk } from './support/smallDisk.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

describe('a full disk', () => {
  it.skipIf(cannotMount !== undefined)(`stops the writing, not the reads, until there is room again${cannotMount === undefined ? '' : ` (${cannotMount})`}`, () => {
    const path = join(temporaryFolder(), 'disk');
    const output = runOnDisk(path, '17m', `"${process.execPath}" "${program('fillDisk')}" "$0"`);
    expect(JSON.parse(output)).toEqual({
      unhandled: [],
      // lmdb says after it where it wanted to write, or nothing, by how many pages it wrote at once.
      failure: expect.stringMatching(/: (Input\/output error|No space left on device)(: Attempting to write [^.]+)?\. Reads go on; it is tried again/) as string,
      ready: true,
      read: true,
      behind: true,
      verified: 'rebuild_failed',
      rebuilt: 'rebuild_failed',
      live: true,
      recovered: true,
      equal: true,
    });
  });
});
