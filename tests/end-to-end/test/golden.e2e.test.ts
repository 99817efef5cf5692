import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  auditRoom,
  bob,
  type DataFolder,
  exampleConfig,
  goldenText,
  makeDataFolder,
  outputOf,
  runCommandLine,
  sortedJson,
  type ServerProcess,
  startServer,
  tokens,
} from '../src/index.js';

const theme = 'org.example.theme';
const room = '!room:example.org';

/** What others' programs and scripts read, one of each kind. A change of these files is a change of what is promised. */
describe('what is promised to programs and scripts', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await folder.configure(exampleConfig);
    server = await startServer(folder);
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  const linesSorted = (text: string): string =>
    text
      .split('\n')
      .map((line) => (line.startsWith('data: ') ? `data: ${sortedJson(line.slice(6))}` : sortedJson(line)))
      .join('\n');

  const ask = async (token: string, method: string, path: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const shown = sortedJson(text, 2);
    return `${method} ${path} ${response.status}\n${shown === text ? linesSorted(text) : shown}\n`;
  };

  it('by HTTP', async () => {
    const user = `/v1/users/${encodeURIComponent(alice)}`;
    const change = { reason: 'a reason', request_key: 'key-1', await: 'modules' };
    const answers = [
      await ask(tokens.service, 'POST', '/v1/commands', {
        commands: [
          { command: 'set', user_id: alice, type: theme, content: { theme: 'dark' }, ...change },
          { command: 'batch', user_id: alice, changes: [{ change: 'set', type: 'a', room_id: room, content: { n: [1.5, 'ü'] } }, { change: 'delete', type: theme }] },
          { command: 'set_tag', user_id: alice, room_id: room, tag: 'u.work', content: { order: 0.5 } },
          { command: 'remove_tag', user_id: alice, room_id: room, tag: 'u.work' },
          { command: 'set', user_id: alice, type: theme, content: {}, if_revision: '7' },
        ],
      }),
      await ask(tokens.service, 'POST', `${user}/restore`, { revision: '0', reason: 'as it was' }),
      await ask(tokens.service, 'GET', `${user}/account_data/${theme}`),
      await ask(tokens.service, 'GET', `${user}/state?include_deleted=true`),
      await ask(tokens.service, 'GET', `${user}/tags`),
      await ask(tokens.service, 'GET', `${user}/history`),
      await ask(tokens.service, 'GET', `${user}/tags/history`),
      await ask(tokens.admin, 'GET', '/v1/history?limit=1'),
      await ask(tokens.service, 'GET', `${user}/diff?from_revision=0&to_revision=2`),
      await ask(tokens.admin, 'GET', '/v1/modules/audit-room/parked'),
      await ask(tokens.admin, 'GET', `/v1/rooms/${encodeURIComponent(auditRoom)}/events?limit=1`),
      await ask(tokens.admin, 'POST', '/v1/projection/verify'),
      await ask(tokens.service, 'GET', '/v1/users/@nobody/state'),
      await ask(tokens.alice, 'PUT', `/_matrix/client/v3/user/${alice}/account_data/${theme}`, { theme: 'light' }),
      await ask(tokens.alice, 'GET', `/_matrix/client/v3/user/${alice}/account_data/${theme}`),
      await ask(tokens.alice, 'GET', '/_matrix/client/v3/sync'),
      await ask(tokens.admin, 'GET', `/v1/export?user_id=${encodeURIComponent(alice)}`),
    ];
    await expect(goldenText(answers.join('\n'))).toMatchFileSnapshot('golden/http.txt');
  });

  it('by the feed', async () => {
    const stop = new AbortController();
    const response = await fetch(`${server.url}/v1/feed?after=start&tags=true`, { headers: { Authorization: `Bearer ${tokens.service}` }, signal: stop.signal });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes('event: progress') || text.split('event: ').length > 7) break;
    }
    stop.abort();
    const events = text.split('\n\n').filter((frame) => /^event: (account|room_tag|user)/m.test(frame));
    await expect(`${goldenText(linesSorted(events.slice(0, 7).join('\n\n')))}\n`).toMatchFileSnapshot('golden/feed.txt');
  });

  it('by the command', async () => {
    const onServer = (...args: ReadonlyArray<string>) => [[...args, '--url', server.url], { cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: tokens.admin } }] as const;
    const beside = (...args: ReadonlyArray<string>) => [args, { cwd: folder.path }] as const;
    const commands = [
      ['put', bob, theme, '{"theme":"blue"}', '--reason', 'why'],
      ['get', bob, theme],
      ['tag', 'set', bob, room, 'u.work', '{"order":0.25}'],
      ['tag', 'list', bob, room],
      ['history', bob],
      ['history', bob, '--tags'],
      ['as-of', bob, '--revision', '0'],
      ['diff', alice, '--from-revision', '0'],
      ['feed', '--no-follow', '--user', bob],
      ['room', 'tail', auditRoom, '--no-follow'],
      ['get', bob, 'nothing'],
    ];
    const shown: Array<string> = [];
    for (const [where, at] of [['server', onServer], ['folder', beside]] as const) {
      for (const command of commands) {
        for (const json of [false, true]) {
          const { code, output, errors } = await runCommandLine(...at(...command, ...(json ? ['--json'] : [])));
          shown.push(`${where}$ account-data ${command.join(' ')}${json ? ' --json' : ''}\n${json ? linesSorted(output) : output}${errors}exit ${String(code)}\n`);
        }
      }
    }
    for (const command of [['modules', 'list'], ['modules', 'parked', 'audit-room'], ['restore', bob, '0'], ['erase', bob, '--yes']]) {
      shown.push(`server$ account-data ${command.join(' ')}\n${await outputOf(...onServer(...command))}`);
    }
    await expect(goldenText(shown.join('\n'))).toMatchFileSnapshot('golden/command.txt');
  });

  it('by metrics', async () => {
    const text = await (await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${tokens.admin}` } })).text();
    const names = [...text.matchAll(/^# TYPE (.*)$/gm)].map(([, name]) => name).sort();
    await expect(`${names.join('\n')}\n`).toMatchFileSnapshot('golden/metrics.txt');
  });
});
