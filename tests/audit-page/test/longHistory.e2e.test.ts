import { chromiumPath } from '@account-data/tests-browser';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { auditPage } from './support/auditPage.js';
import { startAuditServer } from './support/auditServer.js';

const user = '@century:example.org';
/** 100,000 take 40 s more. */
const changes = Number(process.env['ACCOUNT_DATA_LONG_HISTORY'] ?? 10_000);
const types = 10;
const begin = Date.UTC(2025, 0, 1);

/** The lines of an export with all of them; the newest has the highest count. */
function* lines(): Generator<string, void, void> {
  yield JSON.stringify({ format: 'account-data-export', version: 1, log_id: 'elsewhere', history: true });
  for (let n = 0; n < changes; n += 1) {
    const type = `org.example.counter${String(n % types)}`;
    yield JSON.stringify({ kind: 'account_data', user_id: user, room_id: null, type, content: { count: n }, time: begin + n * 60_000, actor: { kind: 'user', id: user }, source_id: String(n) });
  }
  yield JSON.stringify({ end: true, records: changes });
}

/** Keeps the longest time, in milliseconds, that the page was busy without a pause. */
const watchTasks = `
  window.longestTask = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longestTask = Math.max(window.longestTask, duration);
  }).observe({ type: 'longtask', buffered: true });
`;

const countIn = async (page: Page, which: 'first' | 'last'): Promise<number> =>
  Number(/(?<count>\d+)\D*$/.exec((await page.locator('.change-row .summary')[which]().textContent()) ?? '')?.groups?.['count'] ?? Number.NaN);

describe.skipIf(chromiumPath() === undefined)('a long history of a user (needs chromium)', () => {
  const { arrive } = auditPage(async () => {
    const started = await startAuditServer();
    await started.engine.importLog(lines());
    return started;
  });

  it('is walked through by keyboard, filtered and jumped in, with few rows in the document and few requests', async () => {
    const { page, visit } = await arrive('');
    let asked = 0;
    page.on('request', (request) => { if (request.url().includes('/history?')) asked += 1; });
    await page.evaluate(watchTasks);
    await visit(`#/user/${user}`);
    const rows = page.locator('.change-row');
    await expect.poll(() => countIn(page, 'first')).toBe(changes - 1);
    await page.getByText('Live', { exact: true }).waitFor();
    await rows.first().focus();
    let most = 0;
    await expect
      .poll(
        async () => {
          await page.keyboard.press('End');
          most = Math.max(most, await rows.count());
          return countIn(page, 'last');
        },
        { timeout: 100_000, interval: 20 },
      )
      .toBe(0);
    expect(most).toBeLessThan(60);
    // A first page of a hundred, others of five hundred, and what the news of a feed that begins may ask for.
    expect(asked).toBeLessThanOrEqual(Math.ceil(changes / 500) + 3);
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(1_000);
    await page.keyboard.press('Home');
    await expect.poll(() => countIn(page, 'first')).toBe(changes - 1);

    asked = 0;
    await page.getByLabel('Type').fill('org.example.counter3');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => countIn(page, 'first')).toBe(changes - types + 3);
    await page.getByRole('link', { name: 'Clear' }).click();
    await expect.poll(() => countIn(page, 'first')).toBe(changes - 1);

    const box = await page.locator('.activity svg').boundingBox();
    if (box === null) throw new Error('The strip is not shown.');
    await page.mouse.move(box.x + 1, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, box.y + 10, { steps: 3 });
    await page.mouse.up();
    await page.waitForURL(/since=.*by=recorded/);
    await expect.poll(() => countIn(page, 'first')).toBeLessThan(changes - 1);
    // What lies between is not read.
    expect(asked).toBeLessThan(10);
    const busy = await page.evaluate('Math.round(window.longestTask)');
    await visit(`#/user/${user}`);
    await page.reload();
    await rows.first().waitFor();
    const shown = await page.evaluate('Math.round(performance.now())');
    console.log(`${String(changes)} changes: shown ${String(shown)} ms after the page was asked for, busy for at most ${String(busy)} ms at a time.`);
  });
});
