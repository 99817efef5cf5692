import { systemRuntime } from '@account-data/runtime';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { JwtRefusal } from '../../src/auth/JwtRefusal.js';
import { noteJwtRefusals } from '../../src/observability/jwtRefusals.js';
import { homeserverTokens } from '../../src/auth/homeserverTokens.js';
import { jwtTokens } from '../../src/auth/jwtTokens.js';

let server: Server | undefined;

const serve = async (handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
  const started = createServer(handler);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? String(address.port) : ''}`;
};

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => { resolve(); })));
  server = undefined;
});

describe('JSON Web Tokens', () => {
  type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
  let keys: Keys;
  let strangers: Keys;
  let jwks: string;

  beforeAll(async () => {
    keys = await generateKeyPair('ES256', { extractable: true });
    strangers = await generateKeyPair('ES256');
    jwks = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: '1', alg: 'ES256', use: 'sig' }] });
  });

  const sign = (claims: Record<string, unknown>, change: (jwt: SignJWT) => SignJWT = (jwt) => jwt, from: Keys = keys) =>
    change(
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: '1' })
        .setIssuer('https://issuer.example.org')
        .setAudience('account-data')
        .setSubject('@alice:example.org')
        .setExpirationTime('1h'),
    ).sign(from.privateKey);

  const source = async (onRefused?: (reason: JwtRefusal) => void) => {
    const url = await serve((_request, response) => response.setHeader('content-type', 'application/json').end(jwks));
    return jwtTokens(
      { jwksUrl: `${url}/jwks`, issuer: 'https://issuer.example.org', audience: 'account-data', roleClaim: 'role', userIdClaim: 'sub' },
      systemRuntime.clock,
      onRefused,
    );
  };

  it('are known by issuer, audience, signature and role', async () => {
    const tokens = await source();
    expect(await tokens.lookUp(await sign({ role: 'user' }))).toMatchObject({
      _tag: 'Known',
      principal: { role: 'user', userId: '@alice:example.org', actor: { kind: 'user', id: '@alice:example.org' } },
    });
    expect(await tokens.lookUp(await sign({ role: ['x', 'auditor'] }, (jwt) => jwt.setSubject('report')))).toMatchObject({
      principal: { role: 'auditor', userId: null, actor: { kind: 'service', id: 'report' } },
    });
  });

  it.each<[string, ReadonlyArray<JwtRefusal>, () => Promise<string> | string]>([
    ['no role', ['role'], () => sign({})],
    ['an unknown role', ['role'], () => sign({ role: 'root' })],
    ['a user role without a user ID', ['user_id'], () => sign({ role: 'user' }, (jwt) => jwt.setSubject('alice'))],
    ['another issuer', ['issuer'], () => sign({ role: 'user' }, (jwt) => jwt.setIssuer('https://other.example.org'))],
    ['another audience', ['audience'], () => sign({ role: 'user' }, (jwt) => jwt.setAudience('other'))],
    ['no longer valid', ['expired'], () => sign({ role: 'user' }, (jwt) => jwt.setExpirationTime('-1h'))],
    ['signed by a stranger', ['signature'], () => sign({ role: 'admin' }, undefined, strangers)],
    ['not signed', ['algorithm'], () => new UnsecuredJWT({ role: 'admin', sub: 'x' }).setIssuer('https://issuer.example.org').setAudience('account-data').setExpirationTime('1h').encode()],
    ['no JWT', ['malformed'], () => 'a.b.c'],
    ['not of three parts', [], () => 'adt_something'],
  ])('are unknown, and it is told why: %s', async (_why, reasons, token) => {
    const told: Array<JwtRefusal> = [];
    expect(await (await source((reason) => told.push(reason))).lookUp(await token())).toEqual({ _tag: 'Unknown' });
    expect(told).toEqual(reasons);
  });

  it('that are refused are counted by the reason, and logged at level debug without the token', async () => {
    const registry = new Registry();
    const lines: Array<string> = [];
    const note = noteJwtRefusals(registry, pino({ level: 'debug' }, { write: (line) => void lines.push(line) }));
    const token = await sign({ role: 'user' }, (jwt) => jwt.setExpirationTime('-1h'));
    await (await source(note)).lookUp(token);
    expect(await registry.metrics()).toContain('account_data_jwt_refused_total{reason="expired"} 1');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 20, reason: 'expired', msg: 'A JSON Web Token was refused' }]);
    expect(lines.join('')).not.toContain(token.slice(0, 20));
  });

  it('can\'t be told while the key set is out of reach', async () => {
    const tokens = jwtTokens(
      { jwksUrl: 'http://127.0.0.1:1/jwks', issuer: 'https://issuer.example.org', audience: 'account-data', roleClaim: 'role', userIdClaim: 'sub' },
      systemRuntime.clock,
    );
    expect(await tokens.lookUp(await sign({ role: 'user' }))).toMatchObject({ _tag: 'Unavailable' });
  });

  it('are believed no longer than they are valid', async () => {
    const answer = await (await source()).lookUp(await sign({ role: 'user' }, (jwt) => jwt.setExpirationTime('30s')));
    if (answer._tag !== 'Known') throw new Error(answer._tag);
    expect(answer.lifetime).toBeLessThanOrEqual(30_000);
  });
});

describe('homeserver tokens', () => {
  it('are whose the homeserver says, refusals are believed for a while, and the token goes in the header only', async () => {
    const asked: Array<string> = [];
    const url = await serve((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''}`);
      if (request.headers.authorization === 'Bearer syt_alice') {
        response.end('{"user_id":"@alice:example.org","device_id":"X"}');
        return;
      }
      response.writeHead(401).end('{"errcode":"M_UNKNOWN_TOKEN","error":"no"}');
    });
    const tokens = homeserverTokens({ url, cacheTime: 60_000 }, systemRuntime.clock);
    expect(await tokens.lookUp('syt_alice')).toMatchObject({
      _tag: 'Known',
      lifetime: 60_000,
      principal: { role: 'user', userId: '@alice:example.org' },
    });
    expect(asked).toEqual(['GET /_matrix/client/v3/account/whoami Bearer syt_alice']);
    expect(await tokens.lookUp('wrong')).toEqual({ _tag: 'Unknown' });
    expect(await tokens.lookUp('wrong')).toEqual({ _tag: 'Unknown' });
    expect(asked).toHaveLength(2);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['fails', (response) => response.writeHead(502).end()],
    ['answers nonsense', (response) => response.end('{"user_id":7}')],
    ['sends elsewhere', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ])('can\'t be told while the homeserver %s', async (_why, answer) => {
    const url = await serve((_request, response) => {
      answer(response);
    });
    expect(await homeserverTokens({ url, cacheTime: 1 }, systemRuntime.clock).lookUp('t')).toMatchObject({ _tag: 'Unavailable' });
  });
});
