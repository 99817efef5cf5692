import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePrivateFolder } from '../src/index.js';

describe('makePrivateFolder', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'private-folders-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes what is missing above it, too, all of it private, and leaves what is there', () => {
    const path = join(folder, 'a', 'b');
    makePrivateFolder(path);
    makePrivateFolder(path);
    expect([join(folder, 'a'), path].map((made) => statSync(made).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('throws the error of the folder that can not be made', () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'unmounted'), join(folder, 'link'));
    expect(() => {
      makePrivateFolder(join(folder, 'file'));
    }).toThrow('EEXIST');
    expect(() => {
      makePrivateFolder(join(folder, 'file', 'data', 'log'));
    }).toThrow(`ENOTDIR: not a directory, mkdir '${join(folder, 'file', 'data')}'`);
    expect(() => {
      makePrivateFolder(join(folder, 'link', 'log'));
    }).toThrow(`EEXIST: file already exists, mkdir '${join(folder, 'link')}'`);
  });

  // In a process of its own, because what it is about would never end, nor let the test time out.
  it.skipIf(!existsSync('/proc/self'))('ends where a folder that is there takes none', async () => {
    const program = `import { makePrivateFolder } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)}; makePrivateFolder('/proc/none/log');`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 20_000, killSignal: 'SIGKILL' });
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("ENOENT: no such file or directory, mkdir '/proc/none'") as string });
  });
});
