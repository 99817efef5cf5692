import { chromiumPath } from '@account-data/tests-browser';
import { afterAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { auditPage } from './support/auditPage.js';
import { startAuditServer, tokens } from './support/auditServer.js';
import { type Issuer, startIssuer } from './support/issuer.js';
import { alice, seed } from './support/seed.js';

const timeline = (page: Page) => page.getByRole('list', { name: /Changes of/ });
const toldOn = (page: Page) => (): Promise<string | null> => page.getByRole('alert').textContent();
const signInThere = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Sign in at 127/ }).click();
  await page.getByRole('button', { name: 'Sign in as auditing' }).click();
};

describe.skipIf(chromiumPath() === undefined)('signing in to the audit page at an issuer (needs chromium)', () => {
  let issuer: Issuer;
  const { arrive, server } = auditPage(async () => {
    issuer = await startIssuer();
    const started = await startAuditServer(`  jwt: { jwks_url: "${issuer.url}/jwks", issuer: "${issuer.url}", audience: ${issuer.audience} }
audit_page: { sign_in: { client_id: ${issuer.clientId}, scopes: [openid, offline_access], resource: "urn:account-data" } }
`);
    issuer.serve(`${started.url}/audit/`);
    await seed(started);
    return started;
  }, () => [issuer.url]);
  afterAll(() => issuer.close());

  it('lets the page ask the server and the issuer only', async () => {
    const { headers } = await fetch(`${server().url}/audit/`);
    expect(headers.get('content-security-policy')).toContain(`connect-src 'self' ${issuer.url};`);
  });

  it('leads to the issuer and back to the view, with the role of the token, and ends there, too', async () => {
    const { page, inaccessible, photograph } = await arrive(`#/user/${alice}?type=org.example.theme`, null);
    await page.getByRole('button', { name: /^Sign in at/ }).waitFor();
    await photograph('sign-in-issuer');
    expect(await inaccessible()).toEqual([]);
    await signInThere(page);
    await timeline(page).waitFor();
    expect(page.url()).toBe(`${server().url}/audit/#/user/${alice}?type=org.example.theme`);
    expect(await page.locator('.who').textContent()).toContain('auditing auditor');
    await page.reload();
    await timeline(page).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign out here, too' }).click();
    await page.getByLabel('Token').waitFor();
    expect(new URL(page.url()).href).toContain(`${server().url}/audit/`);
  });

  it('renews a token that the server refuses, and asks to sign in where that fails; the view is kept', async () => {
    const { page } = await arrive(`#/user/${alice}`, null);
    await signInThere(page);
    await timeline(page).waitFor();
    const token = (): Promise<unknown> => page.evaluate('sessionStorage.getItem("account-data-token")');
    const first = await token();
    // The real server is asked with this token as if it had run out.
    await page.route('**/v1/**', (route) => route.continue({ headers: { ...route.request().headers(), ...(route.request().headers()['authorization'] === `Bearer ${String(first)}` ? { authorization: 'Bearer ran.out.' } : {}) } }));
    await page.getByLabel('Type').fill('m.direct');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.change-row').count()).toBe(2);
    expect(await token()).not.toBe(first);
    await page.route('**/v1/**', (route) => route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer ran.out.' } }));
    await page.route(`${issuer.url}/token`, (route) => route.fulfill({ status: 400, headers: { 'access-control-allow-origin': '*' }, json: { error: 'invalid_grant' } }));
    const left = page.url();
    await page.reload();
    await page.getByText('Your sign-in has run out.').waitFor();
    expect(page.url()).toBe(left);
    await page.unrouteAll();
    await signInThere(page);
    // Whoever it is now has not said why they look.
    await page.getByRole('button', { name: 'Go on without a reason' }).click();
    await timeline(page).waitFor();
    expect(page.url()).toBe(left);
  });

  it('says what is wrong and what to do: declined, another audience, out of reach, an answer that was not asked for', async () => {
    const { page, visit, inaccessible } = await arrive('', null);
    const told = toldOn(page);
    await page.getByRole('button', { name: /^Sign in at/ }).click();
    await page.getByRole('button', { name: 'Decline' }).click();
    await expect.poll(told).toContain('did not let you sign in');
    expect(await inaccessible()).toEqual([]);
    issuer.nextAudience('somebody-else');
    await signInThere(page);
    await expect.poll(told).toContain('The server does not take the token');
    issuer.nextAudience(issuer.audience);
    await page.route(`${issuer.url}/.well-known/**`, (route) => route.abort());
    await page.getByRole('button', { name: /^Sign in at/ }).click();
    await expect.poll(told).toContain('could not be reached');
    await page.unrouteAll();
    await visit('?code=stolen&state=made-up');
    await expect.poll(told).toContain('This tab did not begin this sign-in');
    expect(page.url()).toBe(`${server().url}/audit/`);
  });

  it.each<{ readonly fault: string; readonly changed: object; readonly told: string }>([
    { fault: 'another issuer', changed: { issuer: 'https://somebody.else.example' }, told: 'audit_page.sign_in.issuer must be, to the letter' },
    { fault: 'no S256', changed: { code_challenge_methods_supported: ['plain'] }, told: 'does not offer PKCE by S256' },
    { fault: 'nowhere to sign in', changed: { authorization_endpoint: undefined }, told: 'does not say where to sign in' },
    { fault: 'no tokens', changed: { token_endpoint: undefined }, told: 'does not say where to sign in' },
    { fault: 'tokens of another origin', changed: { token_endpoint: 'https://somebody.else.example/token' }, told: 'may ask the issuer’s origin only' },
  ])('says what is wrong with metadata before anybody is sent there: $fault', async ({ changed, told }) => {
    const { page } = await arrive('', null);
    await page.route(`${issuer.url}/.well-known/**`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json() as object), ...changed } });
    });
    await page.getByRole('button', { name: /^Sign in at/ }).click();
    await expect.poll(toldOn(page)).toContain(told);
    expect(page.url()).toBe(`${server().url}/audit/`);
    expect(await page.evaluate('sessionStorage.getItem("account-data-sign-in")')).toBeNull();
  });

  it('says so where there is no metadata, or none that can be read', async () => {
    const { page } = await arrive('', null);
    for (const answer of [{ status: 404, body: 'Not found' }, { status: 200, contentType: 'text/html', body: '<!doctype html>' }, { status: 200, contentType: 'application/json', body: '{"issuer":' }]) {
      await page.route(`${issuer.url}/.well-known/**`, (route) => route.fulfill({ ...answer, headers: { 'access-control-allow-origin': '*' } }));
      await page.getByRole('button', { name: /^Sign in at/ }).click();
      await expect.poll(toldOn(page)).toContain('/.well-known/openid-configuration must answer');
      await page.unrouteAll();
      await page.reload();
    }
  });

  it('says so where clocks differ, and keeps nothing of that sign-in', async () => {
    const { page } = await arrive('', null);
    await page.addInitScript('{ const now = Date.now; Date.now = () => now() + 7_200_000; }');
    await signInThere(page);
    await expect.poll(toldOn(page)).toContain('clocks of this computer and of the issuer differ');
    expect(await page.evaluate('sessionStorage.getItem("account-data-token")')).toBeNull();
  });

  it('signs out here where the issuer has no place for that', async () => {
    const { page } = await arrive(`#/user/${alice}`, null);
    await signInThere(page);
    await timeline(page).waitFor();
    await page.route(`${issuer.url}/.well-known/**`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json() as object), end_session_endpoint: undefined } });
    });
    const asked = page.waitForResponse(`${issuer.url}/.well-known/openid-configuration`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await asked;
    await page.getByLabel('Token').waitFor();
    expect(page.url()).toContain(`${server().url}/audit/`);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('takes a token that is pasted, too', async () => {
    const { page } = await arrive('', tokens.admin);
    expect(await page.locator('.who').textContent()).toContain('root admin');
  });
});

describe.skipIf(chromiumPath() === undefined)('a token of the issuer that the server does not take (needs chromium)', () => {
  let issuer: Issuer;
  const { arrive } = auditPage(async () => {
    issuer = await startIssuer();
    const started = await startAuditServer(`  jwt: { jwks_url: "${issuer.url}/jwks", issuer: "${issuer.url}", audience: ${issuer.audience}, role_claim: department }
audit_page: { sign_in: { client_id: ${issuer.clientId}, scopes: [openid], resource: "urn:account-data" } }
`);
    issuer.serve(`${started.url}/audit/`);
    return started;
  }, () => [issuer.url]);
  afterAll(() => issuer.close());

  it('is told by what to do: the keys can’t be read, or the token says no role', async () => {
    const { page } = await arrive('', null);
    issuer.showKeys(false);
    await signInThere(page);
    await expect.poll(toldOn(page)).toContain('Wait a moment, then try again');
    expect(await toldOn(page)()).toContain('auth_unavailable');
    issuer.showKeys(true);
    // The issuer knows them still, and sends them back at once.
    await page.getByRole('button', { name: /^Sign in at 127/ }).click();
    await expect.poll(toldOn(page)).toContain('audience, issuer and role of the token must be as auth.jwt says');
    expect(await page.evaluate('sessionStorage.getItem("account-data-token")')).toBeNull();
  });
});
