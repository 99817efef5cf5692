import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  bob,
  type CommandResult,
  type DataFolder,
  exampleConfig,
  type LogKind,
  makeDataFolder,
  outputOf,
  runCommandLine,
  type ServerProcess,
  startServer,
  tokens,
} from '../../src/index.js';

export const operations = (kind: LogKind): void => {
  describe(`operations of a running server, by the command, on ${kind.name}`, () => {
    let folder: DataFolder;
    let server: ServerProcess;

    beforeAll(async () => {
      folder = await makeDataFolder(kind.make());
      await folder.configure(exampleConfig);
      server = await startServer(folder);
    });

    afterAll(async () => {
      await server.killAtOnce();
      await folder.remove();
    });

    const options = () => ({ cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: tokens.admin } });
    const ask = (...args: ReadonlyArray<string>): Promise<string> => outputOf([...args, '--url', server.url], options());
    const tell = (...args: ReadonlyArray<string>): Promise<CommandResult> => runCommandLine([...args, '--url', server.url], options());

    it('restore what was, list modules, prove the projection, export and import, erase', async () => {
      await ask('put', alice, 'a', '{"v":1}');
      await ask('put', alice, 'a', '{"v":2}');
      await ask('put', bob, 'a', '{"v":3}');
      expect(await ask('restore', alice, '0', '--reason', 'was better')).toBe('Restored revision 0 as revision 2.\n');
      expect(JSON.parse(await ask('get', alice, 'a'))).toEqual({ v: 1 });

      expect(await ask('modules', 'list')).toMatch(/^audit-room {2}joined {2}/);
      await ask('modules', 'pause', 'audit-room');
      expect(JSON.parse(await ask('modules', 'list', '--json'))).toMatchObject({ name: 'audit-room', state: 'paused' });
      await ask('modules', 'resume', 'audit-room');
      expect(await ask('modules', 'parked', 'audit-room')).toBe('');

      expect(await ask('projection', 'verify')).toMatch(/^Equal: /);
      expect(await ask('projection', 'rebuild')).toMatch(/^Rebuilt from /);
      expect(await ask('projection', 'status')).toMatch(/^ready {2}/);

      const exported = await ask('export');
      expect(exported.split('\n').filter((line) => line.includes('"kind"'))).toHaveLength(4);
      const file = join(folder.path, 'export.ndjson');
      await writeFile(file, exported);
      expect(await ask('import', file)).toContain('Imported 0, there already 4');
      await writeFile(file, exported.split('\n').slice(0, 3).join('\n'));
      expect(await tell('import', file)).toMatchObject({ code: 1, errors: expect.stringContaining('cut off') as string });

      expect(await ask('erase', alice, '--yes')).toContain(`${alice} is erased, for good.`);
      expect(await tell('put', alice, 'a', '{}')).toMatchObject({ code: 1, errors: expect.stringContaining('(user_erased)') as string });
      expect(JSON.parse(await ask('get', bob, 'a'))).toEqual({ v: 3 });
    });

    it('say what they did, and name what they refuse', async () => {
      expect(await ask('modules', 'pause', 'audit-room')).toMatch(/^Paused audit-room: /);
      expect(await ask('modules', 'resume', 'audit-room')).toBe('Resumed audit-room.\n');
      expect(await tell('modules', 'redrive', 'audit-room', '--all')).toMatchObject({ code: 0, output: '', errors: 'account-data: Nothing of audit-room is parked.\n' });
      expect(await tell('modules', 'parked', 'audit-room', '--json')).toMatchObject({ code: 0, output: '', errors: '' });
      expect(await tell('modules', 'parked', 'nope')).toMatchObject({ code: 1, errors: expect.stringMatching(/There are: audit-room\. \(unknown_module\)/) as string });
      expect(await tell('modules', 'drop', 'audit-room', '--event', 'zzz')).toMatchObject({ code: 1, errors: expect.stringContaining('At /event_id: expected') as string });
      const missing = join(folder.path, 'nope');
      expect(await tell('import', missing)).toMatchObject({ code: 1, errors: expect.stringContaining(`${missing} can't be read (ENOENT). (input_unreadable)`) as string });
      expect(await tell('import', folder.path)).toMatchObject({ code: 1, errors: expect.stringContaining(`${folder.path} can't be read (EISDIR).`) as string });
      expect(await tell('import-synapse', 'example.org', '--sqlite', missing)).toMatchObject({ code: 1, errors: expect.stringContaining(missing) as string });
    });

    it('need no token of the server on their own folder, use one that is given, and say which they need elsewhere', async () => {
      const list = (env: Readonly<Record<string, string>>, ...more: ReadonlyArray<string>): Promise<CommandResult> =>
        runCommandLine(['modules', 'list', ...more], { cwd: folder.path, env: { ACCOUNT_DATA_PORT: new URL(server.url).port, ...env } });
      const listed = { code: 0, output: expect.stringContaining('audit-room') as string };
      expect(await list({ ACCOUNT_DATA_TOKEN: tokens.admin })).toMatchObject(listed);
      expect(await list({})).toMatchObject(listed);
      expect((await list({ ACCOUNT_DATA_TOKEN: tokens.alice })).errors).toContain('The role user does not allow this; admin and auditor do. (forbidden)');
      const without = await list({}, '--url', server.url);
      expect(without).toMatchObject({ code: 1, errors: expect.stringContaining(`The server at ${server.url} asks for a token. (token_missing)`) as string });
      expect(without.errors).toContain('role admin');
    });

    it('are refused to a token that may not', async () => {
      const refused = await runCommandLine(['projection', 'status', '--url', server.url], {
        cwd: folder.path,
        env: { ACCOUNT_DATA_TOKEN: tokens.alice },
      });
      expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining('(forbidden)') as string });
    });
  });
};
