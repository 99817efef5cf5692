import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edited } from '../World.js';

/** Has a person change a text in the editor of the environment; others can't read the file meanwhile. */
export const edit = async (env: Readonly<Record<string, string | undefined>>, text: string): Promise<Edited> => {
  const folder = await mkdtemp(join(tmpdir(), 'account-data-'));
  const file = join(folder, 'content.json');
  const forget = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(file, text, { mode: 0o600 });
    await run(env['VISUAL'] ?? env['EDITOR'] ?? 'vi', file);
    return { text: await readFile(file, 'utf8'), file, forget };
  } catch (error) {
    await forget();
    throw error;
  }
};

/** The editor may have options of its own, which a shell reads, as git has it. */
const run = (editor: string, file: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error('The editor failed.'));
    });
  });
