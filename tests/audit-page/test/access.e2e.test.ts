import { chromiumPath, sights } from '@account-data/tests-browser';
import { describe, expect, it } from 'vitest';
import { auditPage } from './support/auditPage.js';
import { startAuditServer, tokens } from './support/auditServer.js';
import { alice, seed } from './support/seed.js';

describe.skipIf(chromiumPath() === undefined)('who looked, on the audit page (needs chromium)', () => {
  const { arrive } = auditPage(async () => {
    const started = await startAuditServer('access_log: { require_reason: true }\n');
    await seed(started);
    return started;
  });

  it('asks an auditor once in a tab why they look, and keeps who looked at whom, when and why', async () => {
    const { page, visit, inaccessible, photograph } = await arrive(`#/user/${alice}`, tokens.auditor, undefined, null);
    const reason = page.getByLabel('Reason, as “ticket 4711”');
    await reason.waitFor();
    expect(await inaccessible()).toEqual([]);
    await photograph('reason');
    await page.keyboard.type('ticket 4711: “wo sind meine Räume?”');
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: /Changes of/ }).waitFor();
    await visit('#/log');
    await page.getByRole('list', { name: /Changes of/ }).waitFor();
    expect(await page.locator('.why').textContent()).toContain('ticket 4711');
    await visit(`#/user/${alice}/who`);
    const rows = page.getByRole('region', { name: 'Who looked' }).getByRole('row');
    await expect.poll(async () => (await rows.allTextContents()).slice(1).map((row) => row.replace(/^.*?(?=auditing)/, '')).filter((row) => !row.includes('as they happen'))).toEqual([
      `auditing auditor${alice}who lookedticket 4711: “wo sind meine Räume?”`,
      'auditing auditorall usersdataticket 4711: “wo sind meine Räume?”',
      `auditing auditor${alice}dataticket 4711: “wo sind meine Räume?”`,
    ]);
  });

  it('has what is saved from the page as an export, by users, too', async () => {
    const { page } = await arrive(`#/user/${alice}?show=tags`, tokens.alice, undefined, null);
    await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()]);
    await page.getByText('2 changes saved').waitFor();
    const auditor = await arrive(`#/user/${alice}`, tokens.auditor);
    await Promise.all([auditor.page.waitForEvent('download'), auditor.page.getByRole('button', { name: 'Save as NDJSON' }).click()]);
    await auditor.page.getByText('8 changes saved').waitFor();
    await auditor.visit(`#/user/${alice}/who`);
    const rows = auditor.page.getByRole('region', { name: 'Who looked' }).getByRole('row');
    await expect.poll(async () => (await rows.allTextContents()).filter((row) => row.includes('an export')).map((row) => row.replace(/^.*?(?=auditing|@)/, ''))).toEqual([
      `auditing auditor${alice}an exportan audit`,
      `${alice} user${alice}an exportnot said`,
    ]);
  });

  it('says what to do where the server wants a reason and none was given', async () => {
    const { page } = await arrive(`#/user/${alice}`, tokens.admin, undefined, null);
    await page.getByRole('button', { name: 'Go on without a reason' }).click();
    await page.getByText('only to those who say why').first().waitFor();
    await page.getByRole('button', { name: 'Change the reason' }).click();
    await page.getByLabel('Reason, as “ticket 4711”').fill('an audit');
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: /Changes of/ }).waitFor();
  });

  it('asks nobody who looks at their own', async () => {
    const { page } = await arrive(`#/user/${alice}`, tokens.alice, undefined, null);
    await page.getByRole('list', { name: /Changes of/ }).waitFor();
    expect(await page.getByRole('link', { name: 'Who looked' }).count()).toBe(0);
  });

  it.each(sights)('is readable and accessible: $scheme, $width', async (sight) => {
    const { page, inaccessible, photograph } = await arrive('#/who?actor=auditing', tokens.admin, sight);
    await page.getByRole('region', { name: 'Who looked' }).waitFor();
    await photograph('who');
    expect(await inaccessible()).toEqual([]);
    await page.getByLabel('Whose data').fill('@nobody:example.org');
    await page.getByRole('textbox', { name: 'Who looked' }).fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('No entry matches').waitFor();
  });
});
