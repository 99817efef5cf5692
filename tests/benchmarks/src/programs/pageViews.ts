import { chromiumPath } from '@account-data/tests-browser';
import { chromium } from 'playwright-core';
import type { RunningProgram } from '../Program.js';
import { adminToken } from '../workload.js';

/** Run in each document before anything else: signs in, and keeps when the element was painted that says that the view is there. */
const watch = (ready: string): string => `
  sessionStorage.setItem('account-data-token', ${JSON.stringify(adminToken)});
  sessionStorage.setItem('account-data-reason', 'a benchmark');
  globalThis.shown = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector(${JSON.stringify(ready)}) === null) requestAnimationFrame(look);
      // The frame that holds it is painted before the next one begins.
      else requestAnimationFrame(() => { resolve(performance.now()); });
    };
    requestAnimationFrame(look);
  });
`;

/**
 * A page in the system's Chromium, opened anew with nothing in its caches. A round is one view, however many seconds it takes; the
 * value is the time from the beginning of the navigation until `ready` (a selector of CSS) is painted, in milliseconds.
 */
export const pageViews = async (address: string, ready: string): Promise<RunningProgram> => {
  const browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: ['--no-sandbox'] });
  return {
    round: async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      try {
        await context.addInitScript(watch(ready));
        const page = await context.newPage();
        await page.goto(address);
        return { value: await page.evaluate<number>('globalThis.shown'), operations: 1 };
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
};
