import { chromiumPath, sights } from '@account-data/tests-browser';
import { Position } from '@account-data/client';
import { describe, expect, it, vi } from 'vitest';
import { auditPage } from './support/auditPage.js';
import { moodyModule, startAuditServer, tokens } from './support/auditServer.js';

const ann = '@ann:example.org';

describe.skipIf(chromiumPath() === undefined)('what runs, on the audit page (needs chromium)', () => {
  const { arrive, server } = auditPage(async () => {
    const started = await startAuditServer(moodyModule);
    const { engine } = started;
    for (const type of ['org.example.a', 'org.example.b', 'org.example.c']) await engine.setAccountData(ann, null, type, { fail: true }, { await: 'modules' });
    await engine.setAccountData(ann, null, 'org.example.a', { fail: false }, { await: 'modules' });
    return started;
  });

  const views = [
    { name: 'modules', address: '#/modules', ready: 'table' },
    { name: 'projection', address: '#/projection', ready: '.numbers' },
  ];

  it.each(sights)('is readable and accessible: $scheme, $width', async (sight) => {
    const { page, visit, inaccessible, photograph } = await arrive('', tokens.admin, sight);
    const look = async (name: string): Promise<void> => {
      await photograph(name);
      expect({ name, found: await inaccessible() }).toEqual({ name, found: [] });
    };
    for (const { name, address, ready } of views) {
      await visit(address);
      await page.locator(ready).first().waitFor();
      await look(name);
    }
    await visit('#/modules');
    for (const [name, button] of [['drop', /^Drop… revision 0/], ['replay', 'Replay…']] as const) {
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('dialog').waitFor();
      await look(name);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });

  it('says so where a view fails, and goes on with others; Try again loads the page again', async () => {
    const { page, press, inaccessible, photograph } = await arrive('#/projection');
    await page.getByRole('heading', { level: 1, name: 'Projection' }).waitFor();
    await page.route('**/ModulesView-*.js', (route) => route.abort());
    await press(page.getByRole('link', { name: 'Modules' }));
    await page.getByRole('heading', { level: 1, name: 'This view could not be shown' }).and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('Load it again');
    expect(await inaccessible()).toEqual([]);
    await photograph('failed');
    await page.getByRole('link', { name: 'Projection' }).click();
    await page.locator('.numbers').waitFor();
    await page.getByRole('link', { name: 'Modules' }).click();
    await page.getByRole('alert').waitFor();
    await page.unrouteAll();
    await press(page.getByRole('button', { name: 'Try again' }));
    await page.getByRole('region', { name: 'moody', exact: true }).waitFor();
  });

  it('shows how far each module is and what it parked, with the error; a change is a link away', async () => {
    const { page } = await arrive('#/modules', tokens.auditor);
    const module = page.getByRole('region', { name: 'moody', exact: true });
    await module.getByText('delivering').waitFor();
    expect(await module.locator('.numbers').textContent()).toMatch(/Position\d+.*Behindnothing.*Failed3.*Parked3/);
    const rows = module.getByRole('row');
    await expect.poll(() => rows.count()).toBe(4);
    expect(await rows.nth(1).textContent()).toMatch(/@ann:example\.org, revision 0TypeError this content is not to my taste1$/);
    expect(await module.getByRole('button').count()).toBe(0);
    await rows.nth(1).getByRole('link').click();
    await page.getByRole('region', { name: 'Change', exact: true }).getByText('org.example.a').first().waitFor();
  });

  it('pauses a module and resumes it', async () => {
    const { page, press } = await arrive('#/modules');
    const module = page.getByRole('region', { name: 'moody', exact: true });
    await press(module.getByRole('button', { name: 'Pause' }));
    await module.getByText('somebody paused it').waitFor();
    expect(server().engine.modules.status().modules).toMatchObject([{ state: { _tag: 'Paused' } }]);
    await press(module.getByRole('button', { name: 'Resume' }));
    await module.getByText('delivering').waitFor();
  });

  it('tries what was parked again, and drops it after a question', async () => {
    const { page, press } = await arrive('#/modules');
    const module = page.getByRole('region', { name: 'moody', exact: true });
    const rows = module.getByRole('row');
    await press(module.getByRole('button', { name: `Try again: revision 0 of ${ann}` }));
    await module.getByText('0 changes handled, 1 failed again').waitFor();
    Object.assign(globalThis, { moodyRecovered: true });
    await press(module.getByRole('button', { name: `Try again: revision 0 of ${ann}` }));
    await module.getByText('1 change handled, 0 failed again').waitFor();
    await expect.poll(() => rows.count()).toBe(3);
    await press(module.getByRole('button', { name: `Drop… revision 1 of ${ann}` }));
    await press(page.getByRole('dialog').getByRole('button', { name: 'Keep it' }));
    await press(module.getByRole('button', { name: `Drop… revision 1 of ${ann}` }));
    await press(page.getByRole('dialog').getByRole('button', { name: 'Drop' }));
    await module.getByText('1 change dropped').waitFor();
    await expect.poll(() => rows.count()).toBe(2);
    await press(module.getByRole('button', { name: `Drop… revision 2 of ${ann}` }));
    await press(page.getByRole('dialog').getByRole('button', { name: 'Drop' }));
    await module.getByRole('table').waitFor({ state: 'detached' });
    expect(await server().engine.modules.parked('moody')()).toMatchObject({ right: [] });
  });

  it('replays to a module, and shows how far it is', async () => {
    let open = (): void => undefined;
    Object.assign(globalThis, { moodyRecovered: true, moodyGate: new Promise<void>((resolve) => { open = resolve; }) });
    const { page, press } = await arrive('#/modules');
    const module = page.getByRole('region', { name: 'moody', exact: true });
    await press(module.getByRole('button', { name: 'Replay…' }));
    await press(page.getByRole('dialog').getByRole('button', { name: 'Replay' }));
    await module.getByRole('progressbar', { name: 'Replaying' }).waitFor();
    await module.getByRole('button', { name: 'Stop the replay' }).waitFor();
    open();
    await module.getByText('Replayed 4 changes, 0 of them failed').waitFor();
    await module.getByRole('button', { name: 'Replay…' }).waitFor();
  });

  it('verifies the projection and builds it anew, and shows how far that is', async () => {
    const { projection } = server().engine;
    const { page, press } = await arrive('#/projection');
    const view = page.getByRole('region', { name: 'Projection', exact: true });
    await view.getByText('ready', { exact: true }).waitFor();
    await press(view.getByRole('button', { name: 'Verify' }));
    await view.getByText('the projection is what a fresh replay of the log gives').waitFor();
    await press(view.getByRole('button', { name: 'Rebuild' }));
    await view.getByText(/Rebuilt from \d+ events/).waitFor();

    const verification = { phase: 'events', events: 1_200, rate: 600, position: Position(40), target: Position(80), fraction: 0.5, remaining: 2_000 } as const;
    const health = vi.spyOn(projection, 'health').mockReturnValue({ ...projection.health(), verification });
    await page.reload();
    await view.getByRole('progressbar', { name: 'Reading the log' }).waitFor();
    expect(await view.locator('.running').textContent()).toBe('Reading the log: 50 % 1,200 events, 600 a second, about 2 s left');
    expect(await view.getByRole('button', { name: 'Rebuild' }).isDisabled()).toBe(true);
    health.mockReturnValue({ ...projection.health(), verification: { ...verification, phase: 'comparing' } });
    await view.getByRole('progressbar', { name: 'Comparing records' }).waitFor();
    health.mockRestore();
    await view.getByRole('progressbar').waitFor({ state: 'detached' });
  });

  it('offers an auditor no operation', async () => {
    const { page } = await arrive('#/projection', tokens.auditor);
    await page.locator('.numbers').waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
  });
});
