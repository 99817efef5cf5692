import { chromiumPath } from '@account-data/tests-browser';
import { describe, expect, it } from 'vitest';
import { auditPage } from './support/auditPage.js';
import { moodyModule, startAuditServer, tokens } from './support/auditServer.js';
import { hostile, mallory, room } from './support/seed.js';

/** As it may be shown: what turns the direction of writing by its number. */
const harmless = hostile.replace('\u202E', '\\u202e');
const otherRoom = `!${'x'.repeat(200)}:example.org`;
const longest = 890_000;

describe.skipIf(chromiumPath() === undefined)('what others wrote, on the audit page (needs chromium)', () => {
  const { arrive, server } = auditPage(async () => {
    const started = await startAuditServer(`${moodyModule}limits: { max_content_bytes: 900000 }\n`);
    const { engine } = started;
    const by = { actor: { kind: 'service', id: hostile }, reason: hostile } as const;
    const content = { [hostile]: hostile, link: 'javascript:alert(4)', list: [hostile, { deep: hostile }] };
    await engine.setAccountData(mallory, null, hostile, content, by);
    await engine.setAccountData(mallory, null, hostile, { ...JSON.parse('{"__proto__":{"polluted":true},"constructor":"x","toString":1,"hasOwnProperty":null}') as object, ...content, [hostile]: `${hostile}!` }, by);
    await engine.setAccountData(mallory, otherRoom, '__proto__', { fail: hostile }, { ...by, await: 'modules' });
    await engine.setTag(mallory, room, hostile.slice(0, 60), { order: 0.5 }, by);
    await engine.setTag(mallory, room, '\u202Em.favourite', { order: 0.5 }, by);
    await engine.setAccountData(mallory, null, 'org.example.long', { one: 'x'.repeat(longest), line: '\u2028\u200B\u0007' }, by);
    return started;
  });

  const views: ReadonlyArray<{ readonly name: string; readonly address: string; readonly ready: string; readonly shows: string }> = [
    { name: 'the search', address: '#/', ready: '.found li', shows: mallory },
    { name: 'the timeline', address: `#/user/${mallory}`, ready: '.change-row', shows: harmless },
    { name: 'tags', address: `#/user/${mallory}?show=tags`, ready: '.change-row', shows: '\\u202em.favourite' },
    { name: 'all changes', address: '#/log', ready: '.change-row', shows: harmless },
    { name: 'the state', address: `#/user/${mallory}/state?at=4`, ready: '.key', shows: '"polluted"' },
    { name: 'two moments', address: `#/user/${mallory}/state?at=4&with=0`, ready: '.key', shows: '"polluted"' },
    { name: 'what an actor did', address: `#/find?actor=${encodeURIComponent(hostile)}`, ready: '.scanned li', shows: harmless },
    { name: 'modules', address: '#/modules', ready: 'table', shows: mallory },
    { name: 'who looked', address: '#/who', ready: 'table', shows: harmless },
    { name: 'nobody', address: `#/user/${encodeURIComponent(`@\u202E<b>:${hostile}`)}`, ready: 'h1', shows: harmless },
    { name: 'no view', address: `#/${encodeURIComponent(hostile)}`, ready: '.empty', shows: 'There is no such view' },
  ];

  it('is text in every view, whatever it tries to be', async () => {
    const { page, visit } = await arrive('', tokens.admin, undefined, hostile);
    const isHarmless = async (name: string): Promise<void> => {
      // A field holds what stands in the address, as it is.
      const document = (await page.content()).replaceAll(/<input[^>]*>/g, '');
      expect({ name, turns: document.includes('\u202E'), title: (await page.title()).includes('\u202E') }).toEqual({ name, turns: false, title: false });
      expect({ name, found: await page.locator('img, main script, [href^="javascript:" i], [src^="javascript:" i], b b').count() }).toEqual({ name, found: 0 });
      // What is long is folded, cut or broken: nothing makes the page wider than it is.
      expect({ name, wider: await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth') }).toEqual({ name, wider: false });
    };
    for (const { name, address, ready, shows } of views) {
      await visit(address);
      await page.locator(ready).first().waitFor();
      await expect.poll(() => page.locator('body').textContent(), { message: name }).toContain(shows);
      await isHarmless(name);
      await page.setViewportSize({ width: 390, height: 780 });
      await isHarmless(`${name}, narrow`);
      await page.setViewportSize({ width: 1280, height: 800 });
    }
    await visit(`#/user/${mallory}`);
    const rows = page.locator('.change-row');
    await rows.last().waitFor();
    for (let row = await rows.count() - 1; row >= 0; row -= 1) {
      await rows.nth(row).click();
      const change = page.locator('.change-detail');
      await change.getByRole('heading', { level: 2 }).waitFor();
      await change.getByText('Raw event').click();
      await isHarmless(`change ${String(row)}`);
    }
    await page.getByRole('button', { name: 'Restore this…' }).click();
    await page.getByRole('dialog').getByText('What would change now').waitFor();
    await isHarmless('restore');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Erase…' }).click();
    await page.getByRole('dialog').getByText('for good').first().waitFor();
    await isHarmless('erase');
  });

  it('keeps keys that mean something to JavaScript, in the diff and in the raw event', async () => {
    const [, changed] = [...(await server().engine.history(mallory, { type: hostile })).entries].reverse();
    const { page } = await arrive(`#/user/${mallory}?change=${changed?.eventId ?? ''}`);
    const change = page.getByRole('region', { name: 'Change', exact: true });
    await expect.poll(() => change.locator('.line.added code').allTextContents()).toEqual(expect.arrayContaining(['Added: "__proto__": {', 'Added: "constructor": "x",', 'Added: "hasOwnProperty": null,']));
    await change.getByText('Raw event').click();
    expect(await change.locator('.raw').textContent()).toContain('"__proto__": {\n        "polluted": true');
    expect(await page.evaluate('({}).polluted')).toBeUndefined();
  });

  it('shows a value of nearly a megabyte cut short, and whole where that is asked for', async () => {
    const { page } = await arrive(`#/user/${mallory}?type=org.example.long`);
    await page.locator('.change-row').first().click();
    const line = page.getByRole('group', { name: 'From what to what' }).locator('.line.added code').nth(1);
    const whole = line.getByRole('button', { name: /show all 890,\d\d\d characters/ });
    await whole.waitFor();
    expect(((await line.textContent()) ?? '').length).toBeLessThan(1_000);
    await whole.click();
    await expect.poll(async () => ((await line.textContent()) ?? '').length).toBeGreaterThan(longest);
    expect(await page.getByRole('group', { name: 'From what to what' }).textContent()).toContain('\\u2028\\u200b\\u0007');
  });

  it('refuses half of a surrogate pair before it could come to any view', async () => {
    const refused = await server().engine.setAccountData(mallory, null, 'org.example.half', { half: '\uD800' }).then(() => 'taken', (error: unknown) => (error as { readonly code?: string }).code);
    expect(refused).not.toBe('taken');
    const { page } = await arrive(`#/user/${mallory}?type=%EF%BF%BD&change=${encodeURIComponent('\uFFFD')}`);
    await page.getByRole('heading', { name: 'No change matches' }).waitFor();
  });
});
