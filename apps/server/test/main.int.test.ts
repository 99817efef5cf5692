import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../src/main.js';
import { rawHttp } from './support/rawHttp.js';

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-main-'));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

const run = (argv: ReadonlyArray<string>, { stop = new AbortController(), isTerminal = false } = {}) => {
  const printed: Array<string> = [];
  const errors: Array<string> = [];
  const exit = main(argv, {
    env: { ACCOUNT_DATA_PORT: '0' },
    cwd,
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
    stopped: stop.signal,
    isTerminal,
  });
  return { exit, stop, printed: () => printed.join('\n'), errors: () => errors.join('\n') };
};

describe('main', () => {
  it('serves until it is stopped, and gives 0', async () => {
    await writeFile(join(cwd, 'other.yaml'), 'log: { level: silent }');
    const { exit, stop, printed } = run(['--config', 'other.yaml']);
    await expect.poll(printed, { timeout: 20_000 }).toContain('listens at http://127.0.0.1:');
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+$/m.exec(printed()) ?? [];
    expect(await rawHttp(url, { path: '/readyz' })).toMatchObject({ status: 200 });
    stop.abort();
    expect(await exit).toBe(0);
    await expect(rawHttp(url, { path: '/readyz' })).rejects.toThrow('ECONNREFUSED');
  });

  it('gives 1 and says what is wrong with the configuration, the file and the path in it', async () => {
    await writeFile(join(cwd, 'account-data.yaml'), 'server: { prot: 1 }');
    const { exit, errors } = run([]);
    expect(await exit).toBe(1);
    expect(errors()).toContain('account-data.yaml');
    expect(errors()).toContain("server.prot (line 1): is not a setting. Did you mean 'port'?");
  });

  it('gives 1 for a module whose configuration lacks something, named by its path', async () => {
    await writeFile(
      join(cwd, 'account-data.yaml'),
      'log: { level: silent }\nmodules: [ { module: "@account-data/module-audit-room", config: { sender: "@a:b.c" } } ]',
    );
    const { exit, errors } = run([]);
    expect(await exit).toBe(1);
    expect(errors()).toContain("modules[0].config.audit_room: 'audit_room' is required");
  });

  it('says once why it could not start: at a terminal as text, elsewhere in the log', async () => {
    await writeFile(join(cwd, 'account-data.yaml'), 'modules: [ { module: ./nowhere.mjs } ]');
    const terminal = run([], { isTerminal: true });
    expect(await terminal.exit).toBe(1);
    expect(terminal.errors()).toMatch(/^account-data: .*nowhere\.mjs.*\(config_invalid\)$/);
    const elsewhere = run([]);
    expect(await elsewhere.exit).toBe(1);
    expect(elsewhere.errors()).toBe('');
  });

  it('gives 2 for arguments that it does not know', async () => {
    const { exit, errors } = run(['--frob']);
    expect(await exit).toBe(2);
    expect(errors()).toContain('--config FILE');
  });
});
