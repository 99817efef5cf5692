import * as E from 'fp-ts/lib/Either.js';
import { systemRuntime } from '@account-data/runtime';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolderTokens } from '../../src/auth/dataFolderTokens.js';
import { ensureToken, firstStartText } from '../../src/auth/firstStart.js';
import { addToTokenFile, makeToken, readTokenFile } from '../../src/auth/tokenFile.js';
import { loadConfig } from '../../src/config/loadConfig.js';
import type { ServerConfig } from '../../src/config/ServerConfig.js';

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-first-start-'));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

const configOf = async (yaml: string): Promise<ServerConfig> => {
  await writeFile(join(cwd, 'account-data.yaml'), yaml);
  const config = await loadConfig({ env: {}, cwd })();
  if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
  return config.right;
};

const tokenOf = async (config: ServerConfig): Promise<string | undefined> => {
  const token = await ensureToken(config)();
  if (E.isLeft(token)) throw new Error(token.left.message);
  return token.right;
};

describe('the first start', () => {
  it('makes an admin token, keeps its digest only, in a file for the owner only, and makes none again', async () => {
    const config = await configOf('');
    const token = await tokenOf(config);
    if (token === undefined) throw new Error('No token was made.');
    const file = join(cwd, 'data', 'tokens.json');
    expect(await readFile(file, 'utf8')).not.toContain(token);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await tokenOf(config)).toBeUndefined();

    const source = await dataFolderTokens(join(cwd, 'data'), systemRuntime.clock, () => undefined);
    expect(await source.lookUp(token)).toMatchObject({ _tag: 'Known', principal: { role: 'admin' } });
    expect(await source.lookUp(`${token}x`)).toEqual({ _tag: 'Unknown' });
    expect(firstStartText(token, 'http://127.0.0.1:8090', config)).toContain(`curl -X PUT -H 'Authorization: Bearer ${token}'`);
  });

  it('proposes no change where a homeserver is followed: it would be refused', async () => {
    const config = await configOf('server_name: example.org\nfollow: { synapse: { postgres: "postgresql://127.0.0.1/synapse" } }');
    const text = firstStartText('the-token', 'http://127.0.0.1:8090', config);
    expect(text).toContain("curl -H 'Authorization: Bearer the-token' 'http://127.0.0.1:8090/v1/follow'");
    expect(text).not.toContain('PUT');
  });

  it('makes none where tokens are configured', async () => {
    expect(await tokenOf(await configOf('auth: { tokens: [ { token: x, role: admin } ] }'))).toBeUndefined();
    await expect(stat(join(cwd, 'data'))).rejects.toThrow('ENOENT');
  });

  it('fails, and makes none, over a token file that it can\'t read', async () => {
    const config = await configOf('store: { path: . }');
    await writeFile(join(cwd, 'tokens.json'), '{"version":2}');
    expect(await ensureToken(config)()).toMatchObject({ left: { code: 'token_file_unusable' } });
    expect(await readFile(join(cwd, 'tokens.json'), 'utf8')).toBe('{"version":2}');
  });
});

describe('the tokens of a data folder', () => {
  it('are followed as tokens are added', async () => {
    let now = 0;
    const source = await dataFolderTokens(cwd, { now: () => now, monotonic: () => now }, () => undefined);
    const { token, sha256 } = makeToken();
    await addToTokenFile(cwd, { sha256, role: 'user', userId: '@alice:example.org' })();
    expect(await source.lookUp(token)).toEqual({ _tag: 'Unknown' });
    now = 1_000;
    expect(await source.lookUp(token)).toMatchObject({
      principal: { role: 'user', userId: '@alice:example.org', actor: { kind: 'user', id: '@alice:example.org' } },
    });
    await addToTokenFile(cwd, { sha256: makeToken().sha256, role: 'auditor' })();
    const known = await source.lookUp(token);
    expect(known).toMatchObject({ lifetime: 5_000 });
    expect(await readTokenFile(cwd)()).toMatchObject({ right: [{ role: 'user' }, { role: 'auditor' }] });
    await rm(join(cwd, 'tokens.json'));
    now = 2_000;
    expect(await source.lookUp(token)).toEqual({ _tag: 'Unknown' });
  });
});
