import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandProgram, type DataFolder, makeDataFolder, outputOf, type ServerProcess, startServer } from '../src/index.js';

const alice = '@alice:example.org';

describe('a command whose reader has had enough', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await folder.configure({ auth: { tokens: [{ token: 'admin-secret', role: 'admin' }] } });
    server = await startServer(folder, { env: { ACCOUNT_DATA_PORT: '0' } });
    // More than a pipe holds, so that the reader is gone while the command writes.
    for (let n = 0; n < 8; n += 1) await outputOf(['put', alice, `org.example.t${String(n)}`, JSON.stringify({ text: 'x'.repeat(60_000) })], { cwd: folder.path });
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  it.each([
    `export`,
    `history ${alice}`,
    `history ${alice} --json`,
    `feed`,
    `feed --no-follow --json`,
    `as-of ${alice} --revision 7`,
  ])('ends without a word: %s', (command) => {
    for (const where of /^(?:export|as-of) ?/.test(command) ? [`--url ${server.url}`] : ['', `--url ${server.url}`]) {
      const script = `"${process.execPath}" "${commandProgram}" ${command} ${where} | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', script], {
        cwd: folder.path,
        encoding: 'utf8',
        env: { ...process.env, ACCOUNT_DATA_TOKEN: 'admin-secret' },
        timeout: 60_000,
      });
      expect({ where, stdout, stderr }).toEqual({ where, stdout: '0\n', stderr: '' });
    }
  });

  it.skipIf(!existsSync('/dev/full'))('whose output can not be written says so, and ends as one that failed', () => {
    for (const command of [`get ${alice} org.example.t0`, `history ${alice} --json`, 'export', 'completion bash', '--help']) {
      const script = `"${process.execPath}" "${commandProgram}" ${command} > /dev/full; echo "$?" >&2`;
      const { stderr } = spawnSync('bash', ['-c', script], { cwd: folder.path, encoding: 'utf8', timeout: 60_000 });
      expect(stderr, command).toMatch(/^(account-data: |\{"error":)[^\n]*write standard output \(ENOSPC\)[^]*\n1\n$/);
      expect(stderr, command).not.toContain('    at ');
    }
  });
});
