import { readFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
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
  /** Goes to an address of the page, `#/…`. */
  readonly visit: (address: string) => Promise<void>;
  readonly signIn: (token: string) => Promise<void>;
  /** What axe finds serious or critical, in words. */
  readonly inaccessible: () => Promise<ReadonlyArray<string>>;
  /** Keeps a picture as output of the tests. */
  readonly photograph: (name: string) => Promise<void>;
  /** Violations of the policy, errors of scripts, dialogs, and requests to others than the server. */
  readonly faults: () => Promise<ReadonlyArray<string>>;
  readonly close: () => Promise<void>;
}

const viewports = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 780 } } as const;

const pictures = fileURLToPath(new URL('../../dist/screenshots/', import.meta.url));

/** Run in each document before anything else. */
const watchPolicy = `
  globalThis.policyViolations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    globalThis.policyViolations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile);
  });
`;

export const newVisitor = async (browser: Browser, url: string, { scheme, width }: Sight = { scheme: 'light', width: 'wide' }): Promise<Visitor> => {
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
    if (!request.url().startsWith(`${url}/`)) seen.push(`request: ${request.url()}`);
  });
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return {
    page,
    visit: async (address) => {
      await page.goto(`${url}/audit/${address}`);
    },
    signIn: async (token) => {
      await page.getByLabel('Token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
    },
    inaccessible: async () => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} (${failureSummary})`));
    },
    photograph: async (name) => {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: `${pictures}${name}-${width}-${scheme}.png` });
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
