import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('programs/collectedRequests.mjs', import.meta.url));

it('a stop, the end of a download and the time limit hold after a garbage collection', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program], { timeout: 60_000 });
  expect(JSON.parse(stdout)).toEqual({
    stopOfRequest: 'interrupted',
    stopInBody: 'interrupted',
    stopOfDownload: 'interrupted',
    stopOfUpload: 'interrupted',
    endOfDownload: 'ended',
    lateBeforeHead: 'server_unreachable',
    lateInBody: 'server_unreachable',
  });
});
