import { readFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

/** How somebody looks at the page. */
export interface Sight {
  readonly scheme: 'light' | 'dark';
  readonly width: 'wide' | 'narrow';
}

export const sights: ReadonlyArray<Sight> = [
  { scheme: 'light', width: 'wide' },
  { scheme: 'dark', width: 'wide' },
  { scheme: 'light', width: 'narrow' },
  { scheme: 'dark', width: 'narrow' },
];

/** Somebody at a browser, who notices everything that must not happen. */
export interface Visitor {
  readonly page: Page;
  /** What axe finds serious or critical, in words. */
  readonly inaccessible: () => Promise<ReadonlyArray<string>>;
  /** Keeps a picture of the page in a folder. */
  readonly photograph: (folder: string, name: string) => Promise<void>;
  /** Violations of the policy, errors of scripts, dialogs, and requests to others than the servers. */
  readonly faults: () => Promise<ReadonlyArray<string>>;
  readonly close: () => Promise<void>;
}

const viewports = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 780 } } as const;

/** Run in each document before anything else. */
const watchPolicy = `
  globalThis.policyViolations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    globalThis.policyViolations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile);
  });
`;

/** @param urls the servers that the page may ask, without a slash at the end */
export const newVisitor = async (browser: Browser, urls: ReadonlyArray<string>, { scheme, width }: Sight = { scheme: 'light', width: 'wide' }): Promise<Visitor> => {
  const context = await browser.newContext({ viewport: viewports[width], colorScheme: scheme, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
  context.setDefaultTimeout(15_000);
  await context.addInitScript(watchPolicy);
  const page = await context.newPage();
  const seen: Array<string> = [];
  page.on('pageerror', (error) => void seen.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) seen.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!urls.some((url) => request.url().startsWith(`${url}/`))) seen.push(`request: ${request.url()}`);
  });
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return {
    page,
    inaccessible: async () => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} (${failureSummary})`));
    },
    photograph: async (folder, name) => {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`) });
    },
    faults: async () => [...seen, ...(await page.evaluate<ReadonlyArray<string>>('globalThis.policyViolations'))],
    close: () => context.close(),
  };
};

interface AxeResults {
  readonly violations: ReadonlyArray<{
    readonly id: string;
    readonly impact: string;
    readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary: string }>;
  }>;
}
