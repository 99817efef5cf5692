import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  auditRoom,
  bob,
  type DataFolder,
  exampleConfig,
  jsonLinesOf,
  type LogKind,
  makeDataFolder,
  matrixClient,
  runCommandLine,
  type ServerProcess,
  startServer,
  tokens,
} from '../../src/index.js';

const client = '/_matrix/client/v3';
const aliceData = `${client}/user/${encodeURIComponent(alice)}/account_data`;
const aliceRooms = `${client}/user/${encodeURIComponent(alice)}/rooms`;
const room = encodeURIComponent('!room:example.org');
const theme = 'org.example.theme';
const deep = `${'{"a":'.repeat(200)}{}${'}'.repeat(200)}`;

/** What is asked with alice's token, and the answer of the Matrix specification to it. */
const requests: ReadonlyArray<readonly [string, string, string, string | undefined, number, string]> = [
  ['a malformed user ID', 'PUT', `${client}/user/alice/account_data/${theme}`, '{}', 400, 'M_INVALID_PARAM'],
  ["another user's data", 'PUT', `${client}/user/${encodeURIComponent(bob)}/account_data/${theme}`, '{}', 403, 'M_FORBIDDEN'],
  ["reading another user's data", 'GET', `${client}/user/${encodeURIComponent(bob)}/account_data/${theme}`, undefined, 403, 'M_FORBIDDEN'],
  ['a malformed room ID', 'PUT', `${aliceRooms}/room/account_data/${theme}`, '{}', 400, 'M_INVALID_PARAM'],
  ['no body', 'PUT', `${aliceData}/${theme}`, undefined, 400, 'M_NOT_JSON'],
  ['a body that is not JSON', 'PUT', `${aliceData}/${theme}`, '{"a":', 400, 'M_NOT_JSON'],
  ['a body that is an array', 'PUT', `${aliceData}/${theme}`, '[]', 400, 'M_BAD_JSON'],
  ['a body that is a string', 'PUT', `${aliceData}/${theme}`, '"dark"', 400, 'M_BAD_JSON'],
  ['a body that is null', 'PUT', `${aliceData}/${theme}`, 'null', 400, 'M_BAD_JSON'],
  ['a number that overflows', 'PUT', `${aliceData}/${theme}`, '{"n":1e400}', 400, 'M_BAD_JSON'],
  ['an integer beyond 2^53-1', 'PUT', `${aliceData}/${theme}`, '{"a":[{"n":9007199254740993}]}', 400, 'M_BAD_JSON'],
  ['a content that is too large', 'PUT', `${aliceData}/${theme}`, JSON.stringify({ a: 'x'.repeat(70_000) }), 413, 'M_TOO_LARGE'],
  ['a content that is far too large', 'PUT', `${aliceData}/${theme}`, JSON.stringify({ a: 'x'.repeat(3_000_000) }), 413, 'M_TOO_LARGE'],
  ['a content that is too deep', 'PUT', `${aliceData}/${theme}`, deep, 400, 'M_BAD_JSON'],
  ['a NUL in the type', 'PUT', `${aliceData}/a%00b`, '{}', 400, 'M_INVALID_PARAM'],
  ['a type that is too long', 'PUT', `${aliceData}/${'t'.repeat(256)}`, '{}', 400, 'M_INVALID_PARAM'],
  ['m.push_rules', 'PUT', `${aliceData}/m.push_rules`, '{}', 405, 'M_BAD_JSON'],
  ['m.fully_read', 'PUT', `${aliceRooms}/${room}/account_data/m.fully_read`, '{}', 405, 'M_BAD_JSON'],
  ['m.tag as room account data', 'PUT', `${aliceRooms}/${room}/account_data/m.tag`, '{}', 405, 'M_BAD_JSON'],
  ['ignoring oneself', 'PUT', `${aliceData}/m.ignored_user_list`, JSON.stringify({ ignored_users: { [alice]: {} } }), 400, 'M_INVALID_PARAM'],
  ['a tag whose order is no number', 'PUT', `${aliceRooms}/${room}/tags/u.work`, '{"order":"first"}', 400, 'M_BAD_JSON'],
  ['an unknown path', 'GET', `${client}/nothing/here`, undefined, 404, 'M_UNRECOGNIZED'],
  ['a wrong method', 'POST', `${aliceData}/${theme}`, '{}', 405, 'M_UNRECOGNIZED'],
];

export const badInput = (kind: LogKind): void => {
  describe(`bad input, on ${kind.name}`, () => {
    let folder: DataFolder;
    let server: ServerProcess;
    let before: ReadonlyArray<unknown>;

    const everything = async (): Promise<ReadonlyArray<unknown>> => {
      const lists = await Promise.all([
        jsonLinesOf(['history', alice], { cwd: folder.path }),
        jsonLinesOf(['history', bob], { cwd: folder.path }),
        jsonLinesOf(['tag', 'list', alice, '!room:example.org'], { cwd: folder.path }),
      ]);
      return lists.flat();
    };

    const position = async (): Promise<string | null> => {
      const response = await fetch(`${server.url}${aliceData}/${theme}`, { headers: { Authorization: `Bearer ${tokens.alice}` } });
      await response.arrayBuffer();
      return response.headers.get('Account-Data-Position');
    };

    beforeAll(async () => {
      folder = await makeDataFolder(kind.make());
      // Without modules the log grows by what clients do, and by nothing else.
      await folder.configure({ ...exampleConfig, modules: [] });
      server = await startServer(folder);
      await matrixClient(server.url, tokens.alice, alice).put(theme, { theme: 'dark' });
      before = await everything();
    });

    afterAll(async () => {
      await server.killAtOnce();
      await folder.remove();
    });

    it.each(requests)('%s gets the error that is documented, and appends nothing', async (_, method, path, body, status, code) => {
      const at = await position();
      const answer = await matrixClient(server.url, tokens.alice, alice).send(method, path, body);
      expect(answer).toMatchObject({ status, body: { errcode: code, error: expect.any(String) as unknown } });
      expect(JSON.stringify(answer.body)).not.toContain('9007199254740993');
      expect(await position()).toBe(at);
    });

    it('no token and an unknown token are told apart', async () => {
      expect(await matrixClient(server.url, undefined, alice).put(theme, {})).toMatchObject({
        status: 401,
        body: { errcode: 'M_MISSING_TOKEN' },
      });
      expect(await matrixClient(server.url, 'no-such-token', alice).put(theme, {})).toMatchObject({
        status: 401,
        body: { errcode: 'M_UNKNOWN_TOKEN' },
      });
    });

    it.each([
      ['{"n":1e400}', '/n'],
      ['{"a":[{"n":9007199254740993}]}', '/a/0/n'],
      ['{"a":{"b~/":"\\ud800"}}', '/a/b~0~1'],
    ])('%s is refused with the path of what is wrong', async (body, path) => {
      const answer = await matrixClient(server.url, tokens.alice, alice).send('PUT', `${aliceData}/${theme}`, body);
      expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(new RegExp(`^At ${path}: `)) as unknown } });
      for (const where of [[], ['--url', server.url]]) {
        const result = await runCommandLine(['put', alice, theme, body, ...where], { cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: tokens.alice } });
        expect(result).toMatchObject({ code: 1, output: '', errors: expect.stringContaining(`At /content${path}: `) as unknown });
        expect(result.errors).not.toContain('9007199254740993');
      }
    });

    const commands: ReadonlyArray<readonly [string, ReadonlyArray<string>, number, string, string]> = [
      ['a malformed user ID', ['put', 'alice', theme, '{}'], 1, 'invalid_user_id', 'invalid_request'],
      ['a malformed room ID', ['put', alice, theme, '{}', '--room', 'room'], 1, 'invalid_room_id', 'invalid_request'],
      ['content that is no object', ['put', alice, theme, '[]'], 1, 'invalid_content', 'invalid_content'],
      ['content that is too deep', ['put', alice, theme, deep], 1, 'content_too_deep', 'content_too_deep'],
      ['content that is too large', ['put', alice, theme, JSON.stringify({ a: 'x'.repeat(70_000) })], 1, 'content_too_large', 'content_too_large'],
      ['a protected type', ['put', alice, 'm.push_rules', '{}'], 1, 'protected_type', 'protected_type'],
      ['a number that would be altered', ['put', alice, theme, '{"n":9007199254740993}'], 1, 'unsafe_number', 'unsafe_number'],
      ['a number that overflows', ['put', alice, theme, '{"a":{"b":[1,1e400]}}'], 1, 'unsafe_number', 'unsafe_number'],
      ['such a number in a tag', ['tag', 'set', alice, '!room:example.org', 'u.work', '{"order":1e400}'], 1, 'unsafe_number', 'unsafe_number'],
      ['a tag whose order is no number', ['tag', 'set', alice, '!room:example.org', 'u.work', '{"order":"first"}'], 1, 'invalid_tag_order', 'invalid_tag_order'],
      ['content that is not JSON', ['put', alice, theme, '{'], 2, 'usage', 'usage'],
      ['a wrong revision', ['put', alice, theme, '{}', '--if-revision', '7'], 1, 'revision_mismatch', 'revision_mismatch'],
    ];

    it.each(commands)('the command refuses %s with its code', async (_, args, exitCode, code) => {
      const result = await runCommandLine(args, { cwd: folder.path });
      expect(result).toMatchObject({ code: exitCode, output: '' });
      expect(result.errors).toContain(`(${code})`);
      expect(result.errors).not.toContain('9007199254740993');
    });

    it.each(commands)('the command refuses %s on a running server, too', async (_, args, exitCode, __, code) => {
      const env = { ACCOUNT_DATA_TOKEN: tokens.alice };
      const result = await runCommandLine([...args, '--url', server.url], { cwd: folder.path, env });
      expect(result).toMatchObject({ code: exitCode, output: '' });
      expect(result.errors).toContain(`(${code})`);
      expect(result.errors).not.toContain('9007199254740993');
    });

    it('has appended nothing at all', async () => {
      expect(await everything()).toEqual(before);
      expect(await jsonLinesOf(['room', 'tail', auditRoom, '--no-follow'], { cwd: folder.path })).toEqual([]);
    });

    it.each([
      ['an unknown module', { modules: [{ module: '@account-data/no-such-module' }] }, '@account-data/no-such-module'],
      ['a module without its room', { modules: [{ module: '@account-data/module-audit-room', config: { sender: '@a:example.org' } }] }, "'audit_room' is required"],
      ['an unknown setting', { sever: {} }, 'sever'],
      ['a wrong port', { server: { port: 'http' } }, 'server.port'],
      ['a token without a role', { auth: { tokens: [{ token: 'very-secret' }] } }, 'auth.tokens[0].role'],
    ])('a configuration with %s is refused at the start, by its path', async (_, config, named) => {
      const other = await makeDataFolder();
      try {
        await other.configure(config);
        const result = await runCommandLine(['serve'], { cwd: other.path });
        expect(result.code).toBe(1);
        expect(result.errors).toContain(named);
        expect(result.errors).not.toContain('very-secret');
      } finally {
        await other.remove();
      }
    });
  });
};
