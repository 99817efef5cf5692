import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasTerminal, program, programInTerminal } from './support/inTerminal.js';

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** What a user may call a type: no shell may run it. */
const hostile = 'evil $(touch pwned)';

let cwd: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-completion-'));
  env = { PATH: `${cwd}:${process.env['PATH'] ?? ''}`, HOME: cwd, ZDOTDIR: cwd, PS1: 'ready> ' };
  const command = join(cwd, 'account-data');
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(command, 0o755);
  await writeFile(join(cwd, '.bashrc'), 'source <(account-data completion bash); PS1="ready> "\n');
  await writeFile(join(cwd, '.zshrc'), 'autoload -U compinit; compinit -u -D; source <(account-data completion zsh)\n');
  await promisify(execFile)(command, ['put', '@alice:example.org', hostile, '{"found":"it"}', '--room', '!home:example.org'], { cwd, env });
});

afterAll(() => rm(cwd, { recursive: true }));

/** Completes user, type and room, and runs what came of it. */
const typed = (...[user, type, room]: readonly [string, string, string]): string => `account-data get ${user}\t${type}\t--room ${room}\t\nexit\n`;

it.skipIf(!hasTerminal || !has('bash'))('bash completes user, type and room', async () => {
  const shown = await programInTerminal(['bash', '--rcfile', join(cwd, '.bashrc'), '-i'], { cwd, env, columns: 200, whenShown: { text: 'ready> ', keys: () => Promise.resolve(typed('@alice:ex', 'ev', '!h')) } });
  expect(shown.join('\n')).toContain('"found": "it"');
  expect(await readdir(cwd)).not.toContain('pwned');
});

it.skipIf(!hasTerminal || !has('zsh'))('zsh completes user, type and room', async () => {
  const shown = await programInTerminal(['zsh', '-i'], { cwd, env, columns: 200, whenShown: { text: 'ready> ', keys: () => Promise.resolve(typed('@al', 'ev', '!h')) } });
  expect(shown.join('\n')).toContain('"found": "it"');
  expect(await readdir(cwd)).not.toContain('pwned');
});

it.skipIf(!has('fish'))('fish offers commands, options, users, types, rooms and files', async () => {
  const offered = async (line: string): Promise<string> => {
    const { stdout } = await promisify(execFile)('fish', ['-c', 'account-data completion fish | source; complete -C $argv[1]', line], { cwd, env });
    return stdout;
  };
  expect(await offered('account-data rest')).toMatch(/^restore\tBring back/);
  expect(await offered('account-data get --ro')).toMatch(/^--room\t/);
  expect(await offered('account-data get \'@al')).toBe('@alice:example.org\n');
  expect(await offered('account-data get @alice:example.org ')).toBe(`${hostile}\n`);
  expect(await offered('account-data get @alice:example.org --room ')).toBe('!home:example.org\n');
  expect(await offered('account-data import .bashr')).toBe('.bashrc\n');
  expect(await readdir(cwd)).not.toContain('pwned');
});
