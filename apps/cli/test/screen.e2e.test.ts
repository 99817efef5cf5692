import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandOnServer, startCommandOnServer } from './support/commandOnServer.js';
import { hasTerminal, inTerminal, program, programInTerminal } from './support/inTerminal.js';

const run = promisify(execFile);

/** The terminal's other screen, and back. */
const [enter, leave] = ['\u001b[?1049h', '\u001b[?1049l'];

const soon = '0.1';

describe.skipIf(!hasTerminal)('a screen on a terminal (script of util-linux)', () => {
  let server: CommandOnServer;
  let cwd: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    server = await startCommandOnServer({ modules: [{ module: '@account-data/module-audit-room', config: { audit_room: '!audit:example.org', sender: '@auditor:example.org' } }] });
    cwd = await mkdtemp(join(tmpdir(), 'account-data-screen-'));
    env = { NO_COLOR: '1', ACCOUNT_DATA_TOKEN: server.token };
  });

  afterAll(async () => {
    await rm(cwd, { recursive: true });
    await server.stop();
  });

  /** Runs so that `terminal` and `process` in the folder tell which terminal and process it has. */
  const known = (args: ReadonlyArray<string>): ReadonlyArray<string> => ['/bin/sh', '-c', 'tty > terminal; echo $$ > process; exec "$@"', 'sh', process.execPath, program, ...args];

  const noted = async (name: string): Promise<string> => (await readFile(join(cwd, name), 'utf8')).trim();

  /** What stands on the screen that stays. */
  const left = (shown: string): string => shown.slice(shown.lastIndexOf(leave) + leave.length).replaceAll(/[\r\n]/g, '');

  const top = ['top', '--interval', soon];

  it('top shows rates, modules, projection and disk in the place of what was there; it fits a window that is made smaller; q gives the terminal back', async () => {
    const steps = [
      // Its second look has a look before.
      { text: 'Rates of', keys: async () => (await run('stty', ['-F', await noted('terminal'), 'rows', '6'])).stdout },
      { text: 'more lines)', keys: () => Promise.resolve('q') },
    ];
    const shown = (await programInTerminal(known([...top, '--url', server.url]), { cwd, env, steps })).join('\n');
    expect(shown.indexOf(enter)).toBeLessThan(shown.indexOf('REQUESTS'));
    for (const text of ['Rates since the start of the server', 'audit-room', 'joined', 'PROJECTION', 'FREE']) expect(shown).toContain(text);
    expect(shown).not.toContain('FOLLOWED');
    expect(shown.split('\u001b[H').at(-1)?.split('\n').length).toBeLessThanOrEqual(7);
    expect(left(shown)).toBe('');
  });

  it.each([
    ['Ctrl-C', () => Promise.resolve('\u0003')],
    ['SIGTERM', async () => (await run('kill', ['-TERM', await noted('process')])).stdout],
  ])('%s gives the terminal back, too', async (_, keys) => {
    const shown = (await programInTerminal(known([...top, '--url', server.url]), { cwd, env, whenShown: { text: 'REQUESTS', keys } })).join('\n');
    expect(shown).toContain(enter);
    expect(left(shown)).toBe('');
  });

  it('a crash does, before it says what it was', async () => {
    const screen = pathToFileURL(program.replace(/main\.js$/, 'world/screen.js')).href;
    const crash = `const { openScreen } = await import('${screen}'); openScreen(() => undefined).draw('drawn'); setImmediate(() => { throw new Error('a defect'); });`;
    const shown = (await programInTerminal(['/bin/sh', '-c', `"$@"; stty -a`, 'sh', process.execPath, '--input-type=module', '-e', crash], { cwd, whenShown: { text: 'speed', keys: () => Promise.resolve('') } })).join('\n');
    expect(shown.indexOf('drawn')).toBeLessThan(shown.indexOf(leave));
    expect(shown.indexOf(leave)).toBeLessThan(shown.indexOf('a defect'));
    expect(shown).toMatch(/ icanon .* echo /s);
  });

  it('a list that is watched shows what became of it, and is ended by Ctrl-C', async () => {
    const steps = [
      { text: 'audit-room  joined', keys: async () => (await server.run('modules', 'pause', 'audit-room')).errors },
      { text: 'audit-room  paused (requested)', keys: async () => `${(await server.run('modules', 'resume', 'audit-room')).errors}\u0003` },
    ];
    const shown = (await inTerminal(['modules', 'list', '--watch', '--interval', soon, '--url', server.url], { cwd, env, steps })).join('\n');
    expect(shown).toContain('Every 0.1 s');
    expect(left(shown)).toBe('');
  });

  it('what does not answer at the first look is refused without a screen', async () => {
    const shown = (await inTerminal(['state', '@alice:example.org', '--watch', '--url', server.url], { cwd, env: { ...env, ACCOUNT_DATA_TOKEN: 'another' } })).join('\n');
    expect(shown).not.toContain(enter);
    expect(shown).toContain('(unknown_token)');
  });
});
