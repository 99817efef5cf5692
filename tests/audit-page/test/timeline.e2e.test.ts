import { chromiumPath, sights } from '@account-data/tests-browser';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import type { AuditVisitor } from './support/AuditVisitor.js';
import { auditPage } from './support/auditPage.js';
import { moodyModule, startAuditServer, tokens } from './support/auditServer.js';

const ann = '@ann:example.org';

/** What a button saves. */
const savedBy = async ({ page, press }: AuditVisitor, button: string): Promise<{ readonly name: string; readonly text: string }> => {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page.getByRole('button', { name: button }))]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
};

describe.skipIf(chromiumPath() === undefined)('a timeline of the audit page (needs chromium)', () => {
  const { arrive, server } = auditPage(async () => {
    const started = await startAuditServer(moodyModule);
    const { engine } = started;
    await engine.setAccountData(ann, null, 'org.example.a', { fail: true }, { await: 'modules', reason: '=HYPERLINK("http://x.y")' });
    // The strip tells them apart by their times.
    const { time } = (await engine.history(ann)).entries[0] ?? { time: 0 };
    await vi.waitUntil(() => Date.now() > time + 20);
    await engine.setAccountData(ann, null, '-2+3', { text: 'ü, "quoted"' }, { await: 'modules' });
    return started;
  });

  it.each(sights)('is readable and accessible: $scheme, $width', async (sight) => {
    const { page, visit, inaccessible, photograph } = await arrive('', tokens.admin, sight);
    await visit(`#/user/${ann}`);
    await page.locator('.activity').waitFor();
    await page.locator('.change-row').last().click();
    await page.locator('.outcomes').waitFor();
    await photograph('outcomes');
    expect(await inaccessible()).toEqual([]);
  });

  it('tells of a change what modules made of it', async () => {
    const { page } = await arrive(`#/user/${ann}`, tokens.auditor);
    await page.locator('.change-row').last().click();
    const outcomes = page.getByRole('region', { name: 'What modules made of it' });
    await expect.poll(() => outcomes.getByRole('listitem').allTextContents()).toEqual([expect.stringMatching(/^parked moody after one try, .*: TypeError this content is not to my taste$/)]);
    await page.locator('.change-row').first().click();
    await expect.poll(() => outcomes.getByRole('listitem').allTextContents()).toEqual([expect.stringMatching(/^delivered moody/)]);
  });

  it('grows on top as changes come, and leaves what is looked at where it is', async () => {
    const bea = '@bea:example.org';
    for (let n = 0; n < 40; n += 1) await server().engine.setAccountData(bea, null, 'org.example.n', { n }, { await: 'appended' });
    await server().engine.setAccountData(bea, null, 'org.example.n', { n: 40 });
    const { page } = await arrive(`#/user/${bea}`);
    const rows = page.locator('.change-row');
    await page.getByText('Live', { exact: true }).waitFor();
    const top = (): Promise<string | null> => rows.first().textContent();
    await expect.poll(top).toContain('40');
    const connected = page.waitForResponse((answer) => answer.url().includes('/v1/feed'));
    await page.reload();
    await connected;
    await server().engine.setAccountData(bea, null, 'org.example.new', { news: 1 });
    await expect.poll(top).toContain('org.example.new');
    expect(await page.locator('.activity figcaption').textContent()).toMatch(/4[12] changes/);

    const list = page.locator('.change-list');
    const offset = (): Promise<number> => list.evaluate(({ scrollTop }: { readonly scrollTop: number }) => scrollTop);
    await list.evaluate((place: { scrollTop: number }) => { place.scrollTop = 600; });
    await server().engine.setAccountData(bea, null, 'org.example.newer', { news: 2 });
    await expect.poll(offset).toBe(660);
  });

  it('shows when how much was changed, and is narrowed to what is drawn over', async () => {
    const { page } = await arrive(`#/user/${ann}`);
    const strip = page.getByRole('slider', { name: /^2 changes from/ });
    await strip.waitFor();
    expect(await strip.locator('rect').count()).toBe(2);
    const box = await strip.boundingBox();
    if (box === null) throw new Error('The strip is not shown.');
    await page.mouse.move(box.x + box.width * 0.7, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, box.y + 10, { steps: 3 });
    await page.mouse.up();
    await expect.poll(() => page.locator('.change-row').count()).toBe(1);
    expect(await page.locator('.change-row').textContent()).toContain('-2+3');
    expect(page.url()).toMatch(/since=.*until=.*by=recorded/);
    await page.getByRole('link', { name: 'Clear' }).click();
    await expect.poll(() => page.locator('.change-row').count()).toBe(2);
  });

  it('is narrowed to a part of the strip from the keyboard, too', async () => {
    const { page, press } = await arrive(`#/user/${ann}`);
    const strip = page.getByRole('slider', { name: /^2 changes from/ });
    // Enter with nothing chosen changes nothing.
    await press(strip);
    expect(page.url()).not.toContain('since=');
    await page.keyboard.press('Home');
    await expect.poll(() => strip.getAttribute('aria-valuetext')).toMatch(/^1 change from .* to /);
    await page.keyboard.press('Shift+End');
    await expect.poll(() => strip.getAttribute('aria-valuetext')).toMatch(/^2 changes from/);
    await page.keyboard.press('Escape');
    await expect.poll(() => strip.getAttribute('aria-valuetext')).toBe('No part is chosen');
    // The first part holds the first change, however soon the second came after it.
    await page.keyboard.press('Home');
    await expect.poll(() => page.locator('.activity figcaption').textContent()).toContain('1 change from');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.change-row').count()).toBe(1);
    expect(await page.locator('.change-row').textContent()).not.toContain('-2+3');
    expect(page.url()).toMatch(/since=.*until=.*by=recorded/);
  });

  it('saves what is seen as CSV, in which nothing is a formula, and as NDJSON', async () => {
    const visitor = await arrive(`#/user/${ann}?order=oldest`);
    const { page } = visitor;
    const { name, text } = await savedBy(visitor, 'Save as CSV');
    expect(name).toBe('changes-of--ann-example.org.csv');
    const [head, first, second, end] = text.split('\r\n');
    expect(head).toMatch(/^\uFEFFtime,original_time,user_id,revision,/);
    expect(first).toContain(`,"'${ann}",0,`);
    expect(first).toContain(`,"'=HYPERLINK(""http://x.y"")",`);
    expect(second).toContain(`,"'-2+3",`);
    expect(second).toContain(`,"{""text"":""ü, \\""quoted\\""""}",`);
    expect(end).toBe('');
    const lines = (await savedBy(visitor, 'Save as NDJSON')).text.trim().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([{ user_id: ann, type: 'org.example.a', content: { fail: true }, actor_kind: 'user' }, { type: '-2+3', reason: null }]);
    await page.getByText('2 changes saved').waitFor();
  });
});
