import * as E from 'fp-ts/lib/Either.js';
import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.js';
import type { ConfigFault, ServerConfig } from '../../src/config/ServerConfig.js';

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-config-'));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

const load = async (
  yaml: string | undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerConfig> => {
  if (yaml !== undefined) await writeFile(join(cwd, 'account-data.yaml'), yaml);
  const loaded = await loadConfig({ env, cwd })();
  if (E.isLeft(loaded)) throw new Error(JSON.stringify(loaded.left));
  return loaded.right;
};

const faultsOf = async (
  yaml: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ReadonlyArray<ConfigFault>> => {
  await writeFile(join(cwd, 'account-data.yaml'), yaml);
  const loaded = await loadConfig({ env, cwd })();
  if (E.isRight(loaded)) throw new Error('The configuration was accepted.');
  expect(loaded.left.source).toBe('account-data.yaml');
  return loaded.left.faults;
};

describe('without a file', () => {
  it('has where people sign in to the audit page: at the issuer of their tokens, by https but on loopback', async () => {
    const yaml = (issuer: string, rest = ''): string => `auth: { jwt: { jwks_url: "https://i.org/jwks", issuer: "${issuer}", audience: a } }\naudit_page: { sign_in: { client_id: page${rest} } }`;
    expect((await load(yaml('https://i.org/'))).auditPage).toEqual({ signIn: { issuer: 'https://i.org/', clientId: 'page', scopes: ['openid'] } });
    expect((await load(yaml('http://127.0.0.1:8080', ', scopes: [openid, offline_access], resource: r'))).auditPage.signIn).toEqual({ issuer: 'http://127.0.0.1:8080', clientId: 'page', scopes: ['openid', 'offline_access'], resource: 'r' });
    const pathsOf = async (text: string) => (await faultsOf(text)).map(({ path }) => path);
    expect(await pathsOf(yaml('http://i.org'))).toEqual(['audit_page.sign_in.issuer']);
    expect(await pathsOf(yaml('issuer'))).toEqual(['audit_page.sign_in.issuer']);
    expect(await pathsOf('audit_page: { sign_in: { client_id: page, issuer: "https://i.org" } }')).toEqual(['audit_page.sign_in']);
  });

  it('has the documented defaults', async () => {
    const config = await load(undefined);
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8090 });
    expect(config.store).toEqual({ kind: 'embedded', path: join(cwd, 'data'), prefix: '', erasures: { path: join(cwd, 'data.erasures'), required: false } });
    expect(config.auth.tokens).toEqual([]);
    expect(config.modules).toEqual([]);
    expect(config.serverName).toBeUndefined();
    expect(config.limits.maxContentBytes).toBe(65_536);
  });

  it('lets the environment override', async () => {
    const config = await load(undefined, { ACCOUNT_DATA_PORT: '0', ACCOUNT_DATA_DIR: 'elsewhere' });
    expect(config.server.port).toBe(0);
    expect(config.store.path).toBe(join(cwd, 'elsewhere'));
  });

  it('takes EVENTSTOREDB_URL as the store', async () => {
    const config = await load(undefined, { EVENTSTOREDB_URL: 'esdb://127.0.0.1:2113?tls=false' });
    expect(config.store).toEqual({
      kind: 'eventstoredb',
      connectionString: 'esdb://127.0.0.1:2113?tls=false',
      compression: false,
      path: join(cwd, 'data'),
      prefix: '',
      erasures: { path: join(cwd, 'data.erasures'), required: false },
    });
  });

  it('lets EventStoreDB compress its answers where the file says so', async () => {
    const config = await load('store: { kind: eventstoredb, connection_string: "kurrentdb://h", compression: true }');
    expect(config.store).toMatchObject({ connectionString: 'kurrentdb://h', compression: true });
  });

  it('says so where a named file is missing', async () => {
    const loaded = await loadConfig({ file: 'nowhere.yaml', env: {}, cwd })();
    expect(loaded).toMatchObject({ _tag: 'Left', left: { source: 'nowhere.yaml' } });
  });
});

describe('tokens', () => {
  it.each([
    ['auth: { tokens: [{ token: "${ADMIN_TOKEN}", role: admin }] }', 'auth.tokens[0].token'],
    ['auth: { tokens: [{ token: "$ADMIN_TOKEN", role: admin }] }', 'auth.tokens[0].token'],
    ['rooms: { homeserver: "https://example.org", access_token: "${TOKEN}" }', 'rooms.access_token'],
    ['store: { kind: eventstoredb, connection_string: "esdb://admin:${PASSWORD}@127.0.0.1:2113" }', 'store.connection_string'],
  ])('are not variables: %s', async (yaml, path) => {
    const [fault, ...others] = await faultsOf(yaml);
    expect(fault).toMatchObject({ path, message: expect.stringContaining('${NAME} is not replaced') as string });
    expect(others).toEqual([]);
  });

  it('stand for one role and user each', async () => {
    const yaml = (second: string): string => `auth:\n  tokens:\n    - { token: "one", role: admin }\n    - { token: "two", role: service }\n    - { ${second}, role: auditor }\n`;
    const same = [{ path: 'auth.tokens[2]', message: 'is the same token as auth.tokens[0]. Give each its own', line: 5 }];
    expect(await faultsOf(yaml('token: "one"'))).toEqual(same);
    expect(await faultsOf(yaml(`token_sha256: "${createHash('sha256').update('one').digest('hex').toUpperCase()}"`))).toEqual(same);
    expect((await load(yaml('token: "three"'))).auth.tokens).toHaveLength(3);
  });
});

describe('secrets and times', () => {
  const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

  it('a secret may stand in a file, from the folder of the configuration, or in a variable', async () => {
    await writeFile(join(cwd, 'admin-token'), 'hunter2\n');
    const yaml = [
      'auth: { tokens: [ { token_file: ./admin-token, role: admin }, { token_env: SERVICE_TOKEN, role: service } ] }',
      'store: { kind: eventstoredb, connection_string_env: LOG }',
      'rooms: { homeserver: "https://x.example", access_token_file: ./admin-token }',
    ].join('\n');
    const config = await load(yaml, { SERVICE_TOKEN: 'hunter3', LOG: 'esdb://127.0.0.1:2113?tls=false' });
    expect(config.auth.tokens.map(({ sha256 }) => sha256)).toEqual([digest('hunter2'), digest('hunter3')]);
    expect(config.store).toMatchObject({ connectionString: 'esdb://127.0.0.1:2113?tls=false' });
    expect(config.rooms?.identity).toEqual({ _tag: 'AccessToken', token: 'hunter2' });
  });

  it('times are written with their unit', async () => {
    const config = await load('server: { request_timeout: 5m, shutdown_timeout: 0s }\nlimits: { module_stall: 1.5s }');
    expect(config.server).toMatchObject({ requestTimeout: 300_000, shutdownTimeout: 0 });
    expect(config.limits.moduleStall).toBe(1_500);
  });

  it('and are read as the versions before wrote them', async () => {
    const config = await load('server: { request_timeout: 45 }\nauth: { homeserver: { url: "https://x.example", cache_seconds: 7 } }');
    expect(config.server).toMatchObject({ requestTimeout: 45_000 });
    expect(config.auth.homeserver).toMatchObject({ cacheTime: 7_000 });
  });
});

describe('the file', () => {
  it('is read in the documented form', async () => {
    const config = await load(`
server: { host: 0.0.0.0, port: 9000 }
server_name: example.org
store: { kind: embedded, path: ./here }
auth:
  tokens:
    - { token: "secret", role: user, user_id: "@alice:example.org" }
    - { token_sha256: "${'AB'.repeat(32)}", role: service, name: billing }
modules:
  - module: "@account-data/module-audit-room"
    config: { audit_room: "!audit:example.org", sender: "@auditor:example.org" }
`);
    expect(config.server).toMatchObject({ host: '0.0.0.0', port: 9000 });
    expect(config.serverName).toBe('example.org');
    expect(config.store.path).toBe(join(cwd, 'here'));
    expect(config.auth.tokens).toEqual([
      {
        sha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
        role: 'user',
        userId: '@alice:example.org',
      },
      { sha256: 'ab'.repeat(32), role: 'service', name: 'billing' },
    ]);
    expect(config.modules).toEqual([
      {
        module: '@account-data/module-audit-room',
        config: { audit_room: '!audit:example.org', sender: '@auditor:example.org' },
      },
    ]);
  });

  it('is found by ACCOUNT_DATA_CONFIG, and --config wins over it; its paths begin at its folder', async () => {
    await mkdir(join(cwd, 'etc'));
    await writeFile(join(cwd, 'etc', 'a.yaml'), 'store: { path: ./x }');
    await writeFile(join(cwd, 'b.yaml'), 'server: { port: 2 }');
    const byEnv = await loadConfig({ env: { ACCOUNT_DATA_CONFIG: 'etc/a.yaml' }, cwd })();
    expect(byEnv).toMatchObject({ right: { store: { path: join(cwd, 'etc', 'x') } } });
    const byFlag = await loadConfig({ file: 'b.yaml', env: { ACCOUNT_DATA_CONFIG: 'etc/a.yaml' }, cwd })();
    expect(byFlag).toMatchObject({ right: { server: { port: 2 } } });
  });

  it('may be empty, and a key may have no value', async () => {
    expect((await load('')).server.port).toBe(8090);
    expect((await load('modules:\nserver:\n  port:\n')).modules).toEqual([]);
  });
});

describe('a path', () => {
  it('may begin with ~/, wherever it is given', async () => {
    const env = { HOME: join(cwd, 'home') };
    const yaml = 'store: { path: ~/data, erasures_list: ~/erased }\nmodules: [ { module: ~/greeter.mjs } ]';
    const config = await load(yaml, env);
    expect(config.store.path).toBe(join(cwd, 'home', 'data'));
    expect(config.store.erasures).toEqual({ path: join(cwd, 'home', 'erased'), required: true });
    expect(config.modules).toEqual([{ module: join(cwd, 'home', 'greeter.mjs') }]);
    expect((await load(undefined, { ...env, ACCOUNT_DATA_DIR: '~/other' })).store.path).toBe(join(cwd, 'home', 'other'));
    expect((await load(undefined, { ...env, ACCOUNT_DATA_ERASURES_LIST: 'list' })).store.erasures).toEqual({ path: join(cwd, 'list'), required: true });
    await mkdir(env.HOME);
    await writeFile(join(env.HOME, 'c.yaml'), 'server: { port: 3 }');
    expect(await loadConfig({ file: '~/c.yaml', env, cwd })()).toMatchObject({ right: { server: { port: 3 } } });
    expect(await loadConfig({ env: { ...env, ACCOUNT_DATA_CONFIG: '~/c.yaml' }, cwd })()).toMatchObject({ right: { server: { port: 3 } } });
  });
});

describe('a file', () => {
  it('that is not UTF-8 says so', async () => {
    await writeFile(join(cwd, 'account-data.yaml'), Buffer.from([0xff, 0xfe, 0x61, 0x00]));
    expect(await loadConfig({ env: {}, cwd })()).toMatchObject({ left: { faults: [{ message: expect.stringContaining('Save it as UTF-8') as string }] } });
  });

  it('names the line of a setting that is wrong', async () => {
    const faults = await faultsOf('server:\n  port: 1\nauth:\n  tokens:\n    - token: hunter2\n      role: root\n  # none\n  jwt:\n    issuer: a\n    audience: b\n');
    expect(faults.map(({ path, line }) => [path, line])).toEqual([['auth.tokens[0].role', 6], ['auth.jwt.jwks_url', 9]]);
    const resolved = await faultsOf('\nstore:\n  kind: eventstoredb\n');
    expect(resolved.map(({ path, line }) => [path, line])).toEqual([['store.connection_string', 3]]);
  });
});

describe('what is wrong is named by its path, with what to do, and without its value', () => {
  it.each([
    ['auth: { tokens: [ { token: hunter2, token_env: HOME, role: admin } ] }', 'auth.tokens[0]', 'only one of'],
    ['auth: { tokens: [ { token_file: ./nowhere, role: admin } ] }', 'auth.tokens[0].token_file', 'not there'],
    ['auth: { tokens: [ { token_file: ./account-data.yaml/x, role: admin } ] }', 'auth.tokens[0].token_file', "can't be read"],
    ['auth: { tokens: [ { token_env: NOT_SET, role: admin } ] }', 'auth.tokens[0].token_env', 'is not set'],
    ['auth: { tokens: [ { token_file: [], role: admin } ] }', 'auth.tokens[0].token_file', 'is not a setting'],
    ['server: { request_timeout: 0.5 }', 'server.request_timeout', 'from 1s to 1h, written as 500ms'],
    ['server: { request_timeout: 2h }', 'server.request_timeout', 'from 1s to 1h'],
    ['server: { prot: 1 }', 'server.prot', "Did you mean 'port'"],
    ['sever: { port: 1 }', 'sever', "Did you mean 'server'"],
    ['something_else: 1', 'something_else', 'Known here: server'],
    ['server: { port: 70000 }', 'server.port', 'an integer from 0 to 65535'],
    ['server: { port: "80" }', 'server.port', 'an integer'],
    ['server: 80', 'server', 'a mapping'],
    ['- a', '', 'a mapping'],
    ['store: { kind: lmdb }', 'store.kind', 'embedded, eventstoredb'],
    ['store: { kind: eventstoredb }', 'store.connection_string', 'is required'],
    ['store: { connection_string: "esdb://x" }', 'store.connection_string', 'kind: eventstoredb'],
    ['store: { compression: true }', 'store.compression', 'kind: eventstoredb'],
    ['store: { prefix: "$x" }', 'store.prefix', '"$"'],
    ['auth: { tokens: { token: a } }', 'auth.tokens', 'a list'],
    ['auth: { tokens: [ { token: hunter2 } ] }', 'auth.tokens[0].role', 'is required'],
    ['auth: { tokens: [ { token: hunter2, role: root } ] }', 'auth.tokens[0].role', 'user, service, auditor, admin'],
    ['auth: { tokens: [ { token: hunter2, role: user } ] }', 'auth.tokens[0].user_id', 'is required'],
    ['auth: { tokens: [ { token: hunter2, role: user, user_id: alice } ] }', 'auth.tokens[0].user_id', 'Matrix user ID'],
    ['auth: { tokens: [ { role: admin } ] }', 'auth.tokens[0]', 'exactly one of'],
    ['auth: { tokens: [ { role: admin, token_sha256: hunter2 } ] }', 'auth.tokens[0].token_sha256', '64 hexadecimal digits'],
    ['server_name: example.org\nauth: { tokens: [ { token: hunter2, role: user, user_id: "@a:b.org" } ] }', 'auth.tokens[0].user_id', 'example.org'],
    ['auth: { jwt: { issuer: a, audience: b } }', 'auth.jwt.jwks_url', 'is required'],
    ['auth: { homeserver: { url: "ftp://x" } }', 'auth.homeserver.url', 'http'],
    ['rooms: { homeserver: "https://x" }', 'rooms', 'exactly one of'],
    ['rooms: { access_token: hunter2 }', 'rooms.homeserver', 'is required'],
    ['modules: [ "x" ]', 'modules[0]', 'a mapping'],
    ['modules: { a: 1 }', 'modules', 'a list'],
    ['a: [', '', 'is not YAML'],
    ['a: 1\na: 2', '', 'Line 2'],
    ['auth:\n  tokens:\n    - { token: x, role: user, user_id: @alice:example.org }', '', 'Line 3'],
    ['auth:\n  tokens:\n    - { token: *hunter2, role: admin }', '', 'Line 3, column 16'],
    ['<<: *hunter2', '', 'Line 1, column 5'],
    ['a: &hunter2 { b: *hunter2 }', '', 'Line 1, column 18'],
    ['*hunter2: 1', '', 'Line 1, column 11'],
    ['auth: { tokens: [ { token: !env hunter2, role: admin } ] }', '', 'a tag (!name)'],
    ['auth: { tokens: [ { token: {{ hunter2 }}, role: admin } ] }', '', 'the name of a setting is no text'],
    ['auth: | hunter2', '', 'Line 1'],
    ['auth: "\\hunter2"', '', 'Line 1'],
    ['auth: "hunter2', '', 'Line 1'],
    ['--- { a: hunter2 }\n--- { a: hunter2 }', '', 'Line 2'],
    ['%hunter2\n---\na: 1', '', 'Line 1'],
    [`a: ${'['.repeat(100_000)}`, '', 'nests too deep'],
    [`a: &a [hunter2]\n${Array.from({ length: 9 }, (_, n) => `${'bcdefghij'.charAt(n)}: &${'bcdefghij'.charAt(n)} [${`*${'abcdefghi'.charAt(n)},`.repeat(9)}]`).join('\n')}`, '', 'repeat too much'],
    ['store:\n  path: ~alice/data', 'store.path', 'only "~/"'],
    ['store:\n  erasures_list: ~alice/erased', 'store.erasures_list', 'only "~/"'],
  ].map(([yaml = '', path = '', message = '']) => [yaml.slice(0, 80), yaml, path, message] as const))('%s', async (_, yaml, path, message) => {
    const faults = await faultsOf(yaml);
    expect(faults[0]?.path).toBe(path);
    expect(faults[0]?.message).toContain(message);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it('names the environment variable', async () => {
    expect(await faultsOf('', { ACCOUNT_DATA_PORT: 'http' })).toEqual([
      { path: 'ACCOUNT_DATA_PORT', message: expect.stringContaining('0 to 65535') as string },
    ]);
  });

  it('tells all of them at once', async () => {
    expect(await faultsOf('server: { port: x }\nstore: { kind: y }\nz: 1')).toHaveLength(3);
  });

  it('sends commands for followed users to a homeserver only with its address, a token, and replication', async () => {
    const follow = (rest: string): string => `follow:\n  synapse:\n    server_name: example.org\n    postgres: postgresql://127.0.0.1/synapse\n${rest}`;
    const address = '    homeserver: http://127.0.0.1:8008/\n';
    const token = '    application_service_token: secret\n';
    expect((await load(follow(address + token))).follow?.commands).toEqual({ homeserver: 'http://127.0.0.1:8008', token: 'secret' });
    expect((await load(follow(''))).follow).not.toHaveProperty('commands');
    const pathsOf = async (rest: string) => (await faultsOf(follow(rest))).map(({ path }) => path);
    expect(await pathsOf(address)).toEqual(['follow.synapse.application_service_token']);
    expect(await pathsOf(token)).toEqual(['follow.synapse.homeserver']);
    expect(await pathsOf(`${address}${token}    poll_interval: 60s\n`)).toEqual(['follow.synapse.homeserver']);
  });
});
