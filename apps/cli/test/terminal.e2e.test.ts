import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandOnServer, startCommandOnServer } from './support/commandOnServer.js';
import { hasTerminal, inTerminal } from './support/inTerminal.js';

const alice = '@alice:example.org';
const theme = 'org.example.theme';

describe.skipIf(!hasTerminal)('on a terminal (script of util-linux)', () => {
  let cwd: string;

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'account-data-terminal-'));
    await inTerminal(['put', alice, theme, JSON.stringify({ theme: 'dark', font: 'serif', note: 'x'.repeat(120) })], { cwd });
    await inTerminal(['put', alice, theme, JSON.stringify({ theme: 'light', font: 'serif', note: 'x'.repeat(120) })], { cwd });
  });

  afterAll(async () => {
    await rm(cwd, { recursive: true });
  });

  it('a history reads as diffs, in colours and with how long ago it was; NO_COLOR leaves the colours out', async () => {
    const shown = (await inTerminal(['history', alice], { cwd })).join('\n');
    expect(shown).toMatch(/Z \(\d+ (seconds?|minutes?) ago\) {2}revision 1/);
    expect(shown).toContain('\u001b[31m-   "theme": "dark"\u001b[39m');
    expect(shown).toContain('\u001b[32m+   "theme": "light"\u001b[39m');
    expect((await inTerminal(['history', alice], { cwd, env: { NO_COLOR: '1' } })).join('\n')).not.toContain('\u001b');
  });

  it('a table is as wide as the terminal', async () => {
    const lines = await inTerminal(['history', alice, '-o', 'table'], { cwd, columns: 100, env: { NO_COLOR: '1' } });
    expect(lines[0]).toMatch(/^TIME +REVISION +TYPE/);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(100);
  });

  it('a long answer goes through the pager of the environment', async () => {
    const lines = await inTerminal(['history', alice], { cwd, env: { PAGER: 'sed s/^/paged:/', NO_COLOR: '1' } });
    expect(lines.filter((line) => line !== '').every((line) => line.startsWith('paged:'))).toBe(true);
    expect((await inTerminal(['history', alice], { cwd, env: { PAGER: 'no-such-pager' } })).join('\n')).toContain('revision 1');
  });

  it('a revert is shown first, and done only where that is wanted', async () => {
    const env = { NO_COLOR: '1' };
    const refused = (await inTerminal(['revert', alice, '1'], { cwd, env, keys: 'n\n' })).join('\n');
    expect(refused).toContain('+   "theme": "dark"');
    expect(refused).toContain('Do this? [y/N]');
    expect(refused).not.toContain('Reverted');
    expect((await inTerminal(['revert', alice, '1'], { cwd, env, keys: 'y\n' })).join('\n')).toContain('Reverted revision 1 of org.example.theme');
  });

  describe('of a server', () => {
    let server: CommandOnServer;
    let env: Readonly<Record<string, string>>;

    beforeAll(async () => {
      server = await startCommandOnServer();
      env = { NO_COLOR: '1', ACCOUNT_DATA_TOKEN: server.token };
      for (const name of ['dark', 'light']) expect(await server.run('put', alice, theme, JSON.stringify({ theme: name }))).toMatchObject({ code: 0 });
    });

    afterAll(() => server.stop());

    it('a restore that was shown is refused where the key was changed before it was agreed to', async () => {
      const keys = async (): Promise<string> => {
        await server.run('put', alice, theme, '{"theme":"green"}');
        return 'y\n';
      };
      const shown = (await inTerminal(['restore', alice, '0', '--url', server.url], { cwd, env, whenShown: { text: 'Do this?', keys } })).join('\n');
      expect(shown).toContain('+   "theme": "dark"');
      expect(shown).toContain('(revision_mismatch)');
      expect((await server.run('get', alice, theme)).output).toContain('green');
    });

    it('a login asks for the token, and never shows it', async () => {
      const keys = (): Promise<string> => Promise.resolve(`${server.token}\r`);
      const shown = (await inTerminal(['login', server.url, '--name', 'here'], { cwd: server.folder, env: { NO_COLOR: '1' }, whenShown: { text: 'Access token:', keys } })).join('\n');
      expect(shown).toContain('The context here is current.');
      expect(shown).not.toContain(server.token);
    });

    it('an edit shows what was changed, and is refused where somebody else changed it meanwhile', async () => {
      const edit = ['edit', alice, theme, '--url', server.url];
      const shown = (await inTerminal(edit, { cwd, env: { ...env, EDITOR: 'sed -i s/green/blue/' }, keys: 'y\n' })).join('\n');
      expect(shown).toContain('-   "theme": "green"');
      expect(shown).toContain('+   "theme": "blue"');
      expect(shown).toContain(`Set ${theme} of ${alice}`);
      const keys = async (): Promise<string> => {
        await server.run('put', alice, theme, '{"theme":"red"}');
        return 'y\n';
      };
      const refused = (await inTerminal(edit, { cwd, env: { ...env, EDITOR: 'sed -i s/blue/black/' }, whenShown: { text: 'Do this?', keys } })).join('\n');
      expect(refused).toContain('(revision_mismatch)');
      const [, file = ''] = /What was written is kept in (\S+content\.json)/.exec(refused) ?? [];
      expect(await readFile(file, 'utf8')).toContain('black');
      await rm(dirname(file), { recursive: true });
    });
  });
});
