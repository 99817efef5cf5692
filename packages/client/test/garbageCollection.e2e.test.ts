import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('programs/collectedRequests.mjs', import.meta.url));

it('aborts, time limits and the silence of a feed hold after a garbage collection, and let go of the connection', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program], { timeout: 60_000 });
  expect(JSON.parse(stdout)).toEqual({
    abortBeforeHead: 'Aborted',
    abortInBody: 'Aborted',
    abortOfFeed: 'answered',
    abortOfExport: 'Aborted',
    abortOfImport: 'Aborted',
    limitBeforeHead: 'TimedOut',
    limitInBody: 'TimedOut',
    silenceOfFeed: 'TimedOut',
  });
});
