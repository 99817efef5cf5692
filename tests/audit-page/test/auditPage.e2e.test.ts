import { chromiumPath, sights } from '@account-data/tests-browser';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { auditPage } from './support/auditPage.js';
import { startAuditServer, tokens } from './support/auditServer.js';
import type { AuditVisitor } from './support/AuditVisitor.js';
import { alice, busy, mallory, seed, seedBusy } from './support/seed.js';

describe.skipIf(chromiumPath() === undefined)('the audit page (needs chromium)', () => {
  const { arrive, server } = auditPage(async () => {
    const started = await startAuditServer();
    await Promise.all([seed(started), seedBusy(started, 3_000)]);
    return started;
  });

  it('comes with a policy that allows its own files and this server, and is at most 150 kB of script', async () => {
    for (const address of ['', '/', '/audit']) expect((await fetch(`${server().url}${address}`)).url).toBe(`${server().url}/audit/`);
    const page = await fetch(`${server().url}/audit/`);
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
    const assets = fileURLToPath(new URL('../../../apps/server/page/assets/', import.meta.url));
    // What the document names is all that the search and a user need, which the next test holds; other views load their own.
    const scripts = [...(await page.text()).matchAll(/="\.\/assets\/(?<name>[\w-]+\.js)"/g)].map(({ groups }) => groups?.['name'] ?? '');
    const sizes = await Promise.all(scripts.map(async (name) => gzipSync(await readFile(assets + name)).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(150_000);
    const [script = ''] = scripts;
    const answer = await fetch(`${server().url}/audit/assets/${script}`);
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const again = await fetch(`${server().url}/audit/assets/${script}`, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    expect((await fetch(`${server().url}/audit/assets/none.js`)).status).toBe(404);
  });

  it('loads the script of a view when somebody goes there', async () => {
    const { page, visit } = await arrive('', null);
    const named = await page.locator('script[src], link[rel=modulepreload]').evaluateAll((found: ReadonlyArray<{ readonly src?: string; readonly href?: string }>) => found.map(({ src, href }) => src ?? href));
    const loaded: Array<string> = [];
    page.on('request', (request) => { if (request.url().endsWith('.js')) loaded.push(request.url()); });
    await page.reload();
    await page.getByLabel('Token').fill(tokens.admin);
    await page.keyboard.press('Enter');
    await page.getByLabel('User ID').waitFor();
    await visit(`#/user/${alice}`);
    await page.locator('.change-row').first().click();
    await page.locator('.change-detail').waitFor();
    expect(new Set(loaded)).toEqual(new Set(named));
    await page.getByRole('link', { name: 'Projection' }).click();
    await page.locator('.numbers').waitFor();
    expect(loaded.filter((url) => !named.includes(url)).join(' ')).toContain('ProjectionView');
  });

  it('is beside a page that tries the API out, with nothing inline and nothing of others', async () => {
    for (const address of ['/docs/try', '/docs/try/']) expect((await fetch(`${server().url}${address}`)).url).toBe(`${server().url}/docs/try/`);
    expect((await fetch(`${server().url}/docs/try/`)).headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect((await fetch(`${server().url}/docs/try/none.js`)).status).toBe(404);
    const { page } = await arrive('', null);
    await page.goto(`${server().url}/docs`);
    await page.getByRole('link', { name: 'Try it out' }).click();
    // Two megabytes of script, which lay out the whole API.
    await page.getByRole('button', { name: 'Authorize' }).first().click({ timeout: 60_000 });
    await page.locator('.auth-container input').first().fill(tokens.auditor);
    await page.getByRole('button', { name: 'Apply credentials' }).first().click();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('.opblock', { hasText: '/v1/session' }).locator('.opblock-summary-control').click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table .response-col_description', { hasText: '"auditing"' }).first().waitFor();
  });

  it('signs in with a token that is kept for the tab, and says what is wrong with another', async () => {
    const { page, signIn, visit } = await arrive('', null);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('The server does not know this token');
    await signIn(tokens.auditor);
    expect(await page.locator('.who').textContent()).toContain('auditing auditor');
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(page.url()).not.toContain(tokens.auditor);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await visit('');
    await page.getByLabel('Token').waitFor();
  });

  it('shows a user who, what, when and why, and keeps its filters in the address', async () => {
    const { page } = await arrive('');
    await page.getByLabel('User ID').fill('alice');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').textContent()).toContain('@alice:example.org');
    await page.getByLabel('User ID').fill(alice);
    await page.keyboard.press('Enter');
    const rows = page.locator('.change-row');
    await expect.poll(() => rows.count()).toBe(8);
    const correction = rows.filter({ hasText: 'ticket 4711' });
    expect(await correction.textContent()).toMatch(/changed.*m\.direct.*by service support-desk/);

    await page.getByLabel('Type').fill('org.example.theme');
    await page.getByLabel('Order').selectOption('Oldest first');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.first().textContent()).toContain('set');
    const shared = page.url();
    expect(shared).toContain('type=org.example.theme');
    await page.goBack();
    await expect.poll(() => rows.count()).toBe(8);
    await page.goto(shared);
    await expect.poll(() => rows.count()).toBe(2);

    await page.getByLabel('Room').fill('!nowhere:example.org');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('heading', { name: 'No change matches' }).waitFor();
    await page.getByRole('link', { name: 'Clear them' }).click();
    await expect.poll(() => rows.count()).toBe(8);
    await page.getByRole('link', { name: 'Room tags' }).click();
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.first().textContent()).toContain('m.favourite');
  });

  it('opens a change as a diff that follows its structure, with the raw event', async () => {
    const { page } = await arrive(`#/user/${alice}?type=org.example.theme`);
    await page.locator('.change-row').first().click();
    const change = page.getByRole('region', { name: 'Change', exact: true });
    const lines = (mark: string): Promise<ReadonlyArray<string>> => change.locator(`.line.${mark} code`).allTextContents();
    await change.waitFor();
    expect(await lines('added')).toEqual(['Added: "mode": "dark",', 'Added: "sans",', 'Added: "name": "slate blue"']);
    expect(await lines('removed')).toEqual(['Removed: "mode": "light",', 'Removed: "name": "steel blue"']);
    expect(await change.locator('.added mark').allTextContents()).toContain('slate');
    await change.getByText('Raw event').click();
    const raw = JSON.parse((await change.locator('.raw').textContent()) ?? '') as { readonly data: unknown; readonly metadata: object };
    expect(raw.data).toMatchObject({ userId: alice, roomId: null, type: 'org.example.theme', content: { mode: 'dark' } });
    expect(raw.metadata).toHaveProperty('$correlationId');

    const link = page.url();
    await page.getByRole('link', { name: 'Close the change' }).click();
    await change.waitFor({ state: 'detached' });
    await page.goto(link);
    await change.waitFor();
  });

  it('folds what did not change, and long values', async () => {
    const { page } = await arrive(`#/user/${alice}?type=org.example.notes`);
    await page.locator('.change-row').first().click();
    const diff = page.getByRole('group', { name: 'From what to what' });
    await diff.getByRole('button', { name: /^\d\d unchanged lines$/ }).first().waitFor();
    expect(await diff.locator('.line').count()).toBeLessThan(15);
    await diff.getByRole('button', { name: /show all [\d,]+ characters/ }).first().click();
    expect(await diff.locator('mark').first().textContent()).toBe('brown');
    const before = await diff.locator('.line').count();
    await diff.getByRole('button', { name: /unchanged lines$/ }).first().click();
    expect(await diff.locator('.line').count()).toBeGreaterThan(before + 10);
  });

  it('can be used from the keyboard alone', async () => {
    const { page } = await arrive('', null);
    // What is typed before a field has the focus goes nowhere.
    await page.locator('input:focus').waitFor();
    await page.keyboard.type(tokens.admin);
    await page.keyboard.press('Enter');
    await page.getByLabel('User ID').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(alice);
    await page.keyboard.press('Enter');
    const rows = page.locator('.change-row');
    await expect.poll(() => rows.count()).toBe(8);
    const focused = (): Promise<unknown> => page.evaluate('document.activeElement.closest("[data-index]")?.dataset.index');
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    await expect.poll(focused).toBe('2');
    await page.keyboard.press('End');
    await expect.poll(focused).toBe('7');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Change', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Change', exact: true }).waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('7');
  });

  it('is at the heading of each view that is gone to, which the document is named after; a link skips to the content', async () => {
    const { page, visit, inaccessible } = await arrive('', null);
    expect(await page.title()).toBe('Sign in · Account data audit');
    await visit('#/log');
    await page.getByLabel('Token').fill(tokens.admin);
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: /Changes of/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Skip to the content' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('main').and(page.locator(':focus')).waitFor();
    for (const [link, heading, title] of [
      ['Find', 'Find changes in the log', 'Find changes'],
      ['All changes', 'Changes of all users', 'All changes'],
      ['Who looked', 'Who looked', 'Who looked'],
      ['Modules', 'Modules', 'Modules'],
      ['Projection', 'Projection', 'Projection'],
    ] as const) {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: link }).click();
      await page.getByRole('heading', { level: 1, name: heading }).and(page.locator(':focus')).waitFor();
      expect(await page.title()).toBe(`${title} · Account data audit`);
      expect(await inaccessible()).toEqual([]);
    }
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByLabel('User ID').and(page.locator(':focus')).waitFor();
    await visit(`#/user/${alice}/state`);
    await page.getByRole('heading', { level: 1, name: alice }).and(page.locator(':focus')).waitFor();
    expect(await page.title()).toBe(`State over time · ${alice} · Account data audit`);
    await visit('#/nowhere');
    await page.getByRole('heading', { level: 1, name: 'There is no such view' }).and(page.locator(':focus')).waitFor();
    expect(await inaccessible()).toEqual([]);
  });

  it('finds users by what their IDs begin with', async () => {
    const { page } = await arrive('', tokens.auditor);
    const found = page.getByRole('region', { name: 'Users found' }).getByRole('link');
    await page.getByLabel('User ID').fill('mal');
    await expect.poll(() => found.allTextContents()).toEqual([mallory]);
    await page.getByLabel('User ID').fill('@nobody');
    await page.getByText('No user ID begins like this').waitFor();
    await page.getByLabel('User ID').fill('@al');
    await found.first().click();
    await page.locator('.change-row').first().waitFor();
  });

  it('shows the whole state of any moment, tags included, and two moments side by side', async () => {
    const { page, press } = await arrive(`#/user/${alice}/state?at=4`);
    const state = page.locator('.state');
    await state.getByText('"!a:example.org"').waitFor();
    expect(await state.locator('.key summary b').allTextContents()).toEqual(['m.direct', 'org.example.theme', 'org.example.pin']);
    const slider = page.getByRole('slider', { name: /State after change/ });
    await slider.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => state.locator('.key summary b').allTextContents()).toEqual(['org.example.theme']);
    expect(page.url()).toContain('at=0');
    await page.keyboard.press('End');
    await expect.poll(() => page.url()).toContain('at=9');
    const ofTags = state.getByRole('region', { name: 'Room tags' });
    await expect.poll(() => ofTags.count()).toBe(0);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.url()).toContain('at=8');
    await expect.poll(() => ofTags.textContent()).toContain('"m.favourite"');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.url()).toContain('at=7');
    await expect.poll(() => ofTags.count()).toBe(0);
    await press(page.getByRole('button', { name: 'Compare with another moment' }));
    await page.getByRole('slider', { name: /Compared with change/ }).focus();
    // It begins at the moment before the one that it is compared with.
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: /From change 9 to 8/ }).waitFor();
    await expect.poll(() => state.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['removed tag m.favourite !work:example.org']);
    await expect.poll(() => state.locator('.line.removed').allTextContents()).not.toEqual([]);
    await page.getByRole('slider', { name: /Compared with change/ }).fill('2');
    await page.getByRole('heading', { name: /From change 3 to 8/ }).waitFor();
    await expect.poll(() => state.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
      'changed m.direct ',
      'added org.example.notes ',
      'changed org.example.theme ',
      'removed org.example.pin !work:example.org',
    ]);
  });

  it('restores a change with a preview and a reason, where the role may', async () => {
    const dan = '@dan:example.org';
    await server().engine.setAccountData(dan, null, 'org.example.font', { name: 'serif' });
    await server().engine.setAccountData(dan, null, 'org.example.font', { name: 'comic' });
    const { page, press } = await arrive(`#/user/${dan}`);
    const rows = page.locator('.change-row');
    await press(rows.nth(1));
    await press(page.getByRole('button', { name: 'Restore this…' }));
    const dialog = page.getByRole('dialog');
    await expect.poll(() => dialog.locator('.line.added').textContent()).toContain('"name": "serif"');
    await dialog.getByRole('textbox').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('ticket 12');
    await page.keyboard.press('Enter');
    await dialog.getByText('It was recorded as revision 2').waitFor();
    await press(dialog.getByRole('button', { name: 'Close' }));
    await expect.poll(() => rows.count()).toBe(3);
    const { entries } = await server().engine.history(dan);
    expect(entries[0]).toMatchObject({ content: { name: 'serif' }, reason: 'ticket 12', origin: 'restore', actor: { kind: 'admin', id: 'root' } });
  });

  it('offers no change to an auditor', async () => {
    const { page } = await arrive(`#/user/${alice}`, tokens.auditor);
    await page.locator('.change-row').first().click();
    await page.locator('.change-detail').waitFor();
    expect(await page.getByRole('button', { name: /Restore|Erase/ }).count()).toBe(0);
  });

  it('erases a user once their ID was typed, and shows the receipt', async () => {
    const eve = '@eve:example.org';
    await server().engine.setAccountData(eve, null, 'org.example.font', { name: 'serif' });
    const { page, press, photograph, inaccessible } = await arrive(`#/user/${eve}`);
    await press(page.getByRole('button', { name: 'Erase…' }));
    const dialog = page.getByRole('dialog');
    const button = dialog.getByRole('button', { name: 'Erase for good' });
    await dialog.getByLabel('Type the user ID to confirm').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(eve.slice(0, -1));
    expect(await button.isDisabled()).toBe(true);
    await page.keyboard.type(eve.slice(-1));
    await page.keyboard.press('Tab');
    await page.keyboard.type('asked for by the user');
    await press(button);
    await dialog.getByText('Keep this receipt').waitFor();
    expect(await dialog.textContent()).toContain('Removed: ');
    await photograph('receipt');
    expect(await inaccessible()).toEqual([]);
    const [receipt] = await Promise.all([page.waitForEvent('download'), press(dialog.getByRole('button', { name: 'Save the receipt' }))]);
    expect(receipt.suggestedFilename()).toBe('erased--eve-example.org.json');
    expect(JSON.parse(await readFile(await receipt.path(), 'utf8'))).toMatchObject({ steps: expect.arrayContaining([expect.objectContaining({ step: 'streams' })]) as unknown });
    await press(dialog.getByRole('button', { name: 'Close' }));
    await page.getByRole('heading', { name: 'Nothing was changed yet' }).waitFor();
  });

  it('holds a long history with few rows in the document, and reads on as one goes down', async () => {
    const { page } = await arrive(`#/user/${busy}`);
    const rows = page.locator('.change-row');
    await rows.first().waitFor();
    expect(await rows.first().textContent()).toContain('org.example.last');
    await rows.first().focus();
    // To the end of what is there, until the end of all is.
    await expect
      .poll(
        async () => {
          await page.keyboard.press('End');
          return (await rows.last().textContent()) ?? '';
        },
        { timeout: 60_000 },
      )
      .toContain('"count":0');
    expect(await rows.count()).toBeLessThan(60);
  });

  it('finds what an actor did, or what one request came to, by having the log read', async () => {
    const { page } = await arrive('#/find', tokens.auditor);
    await page.getByRole('heading', { name: 'Nothing is looked for yet' }).waitFor();
    await page.getByLabel('Actor').fill('support-desk');
    await page.keyboard.press('Enter');
    const found = page.getByRole('list', { name: 'Changes found' }).getByRole('listitem');
    const ended = page.getByText('Read to the end of the log: 100 %');
    await ended.waitFor();
    expect(await found.allTextContents()).toEqual([expect.stringMatching(/m\.direct.*ticket 4711/)]);
    expect(page.url()).toContain('actor=support-desk');
    await found.getByRole('link').click();
    await page.getByRole('region', { name: 'Change', exact: true }).getByText('“ticket 4711: wrong room”', { exact: true }).waitFor();
    const [{ eventId } = { eventId: '' }] = (await server().engine.tagHistory(alice)).entries;
    await page.goto(`${server().url}/audit/#/find?id=${eventId}`);
    await ended.waitFor();
    await found.getByRole('link').click();
    await page.getByRole('region', { name: 'Change', exact: true }).getByRole('heading', { name: 'm.favourite' }).waitFor();
    await page.goto(`${server().url}/audit/#/find`);
    await page.getByLabel('Request key').fill('desk-4711-1');
    await page.keyboard.press('Enter');
    await ended.waitFor();
    expect(page.url()).toContain('request=desk-4711-1');
    expect(await found.allTextContents()).toEqual([expect.stringMatching(/m\.direct.*ticket 4711/)]);
    await page.getByLabel('Request key').fill('desk-4711');
    await page.keyboard.press('Enter');
    await page.getByText('No change that was read matches').waitFor();
    await page.goto(`${server().url}/audit/#/find?actor=nobody`);
    await page.getByText('No change that was read matches').waitFor();
  });

  it('goes on with a search of the log where it was stopped, in another tab too', async () => {
    // The log is read in small parts, and nothing of the third comes until it was stopped.
    const inParts = async ({ page }: AuditVisitor, parts: number): Promise<ReadonlyArray<string>> => {
      const asked: Array<string> = [];
      await page.route('**/v1/scan?*', async (route) => {
        asked.push(route.request().url());
        if (asked.length !== parts) await route.continue({ url: `${route.request().url()}&budget=1000` });
      });
      return asked;
    };
    const read = async ({ page }: AuditVisitor): Promise<number> => Number((/(?<read>[\d,]+) changes read/.exec((await page.locator('.running').textContent()) ?? '')?.groups?.['read'] ?? '').replace(',', ''));
    const first = await arrive('#/find', tokens.auditor);
    const asked = await inParts(first, 3);
    await first.page.getByLabel('Actor').fill('support-desk');
    await first.page.keyboard.press('Enter');
    await first.page.getByText('2,000 changes read, ').waitFor();
    await first.page.getByRole('button', { name: 'Stop' }).click();
    await first.page.getByRole('button', { name: 'Go on' }).waitFor();
    const shared = new URL(first.page.url()).hash;
    expect(shared).toMatch(/cursor=\w+/);

    const second = await arrive(shared, tokens.auditor);
    await second.page.getByText('Read to the end of the log: 100 %').waitFor();
    await second.page.getByText('what was found before is not here').waitFor();
    const rest = await read(second);
    await second.page.getByRole('button', { name: 'Begin anew' }).click();
    await second.page.getByText(/[\d,]+ changes read, 1 found/).waitFor();
    await expect.poll(() => read(second)).toBe(2_000 + rest);

    await first.page.getByRole('button', { name: 'Go on' }).click();
    await first.page.getByText('Read to the end of the log: 100 %').waitFor();
    expect(await read(first)).toBe(2_000 + rest);
    expect(first.page.url()).not.toContain('cursor=');
    expect(asked.filter((url) => !url.includes('cursor='))).toHaveLength(1);
  });

  it('tells a user of role user what its token shows, and refuses others', async () => {
    const { page, visit } = await arrive('', tokens.alice);
    expect(await page.getByRole('link', { name: 'All changes' }).count()).toBe(0);
    expect(await page.getByLabel('User ID').inputValue()).toBe(alice);
    await visit(`#/user/${busy}`);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('does not allow this for that user');
  });

  const views: ReadonlyArray<{ readonly name: string; readonly address: string; readonly token?: string; readonly ready: string }> = [
    { name: 'search', address: '#/', ready: '.search' },
    { name: 'timeline', address: `#/user/${alice}`, ready: '.change-row' },
    { name: 'tags', address: `#/user/${alice}?show=tags`, ready: '.change-row' },
    { name: 'log', address: '#/log', ready: '.change-row' },
    { name: 'find', address: '#/find?actor=support-desk', ready: '.scanned li' },
    { name: 'state', address: `#/user/${alice}/state`, ready: '.key' },
    { name: 'compare', address: `#/user/${alice}/state?at=7&with=2`, ready: '.diff' },
    { name: 'nobody', address: '#/user/@nobody:example.org', ready: '.empty' },
  ];

  it.each(sights)('is readable and accessible: $scheme, $width', async (sight) => {
    const { page, visit, signIn, inaccessible, photograph } = await arrive('', null, sight);
    const look = async (name: string): Promise<void> => {
      await photograph(name);
      expect({ name, found: await inaccessible() }).toEqual({ name, found: [] });
    };
    await look('sign-in');
    await signIn(tokens.admin);
    for (const { name, address, ready } of views) {
      await visit(address);
      await page.locator(ready).first().waitFor();
      await look(name);
    }
    await visit(`#/user/${alice}`);
    await page.locator('.change-row').filter({ hasText: 'ticket 4711' }).click();
    await page.locator('.change-detail').waitFor();
    await look('change');
    await page.getByRole('button', { name: 'Restore this…' }).click();
    await page.getByRole('dialog').getByText('the content is the same now').waitFor();
    await look('restore');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Erase…' }).click();
    await page.getByRole('dialog').waitFor();
    await look('erase');
  });
});
