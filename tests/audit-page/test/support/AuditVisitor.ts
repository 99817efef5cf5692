import { type Sight, type Visitor, newVisitor } from '@account-data/tests-browser';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';

/** Somebody at the audit page. */
export interface AuditVisitor extends Pick<Visitor, 'page' | 'inaccessible' | 'faults' | 'close'> {
  /** Goes to an address of the page, `#/…`. */
  readonly visit: (address: string) => Promise<void>;
  readonly signIn: (token: string) => Promise<void>;
  /** Goes to something by the Tab key alone, and presses Enter there. */
  readonly press: (target: Locator) => Promise<void>;
  /** Keeps a picture as output of the tests. */
  readonly photograph: (name: string) => Promise<void>;
}

const pictures = fileURLToPath(new URL('../../dist/screenshots', import.meta.url));

/** Run in the first document of a visitor who has said already why they look. */
const sayReason = (reason: string): string => `
  if (sessionStorage.getItem('visited') === null) {
    sessionStorage.setItem('visited', 'yes');
    sessionStorage.setItem('account-data-reason', ${JSON.stringify(reason)});
  }
`;

/** What is wrong with the outline of the page: not one h1, or a level that is left out. */
const headingFaults = async (page: Page): Promise<ReadonlyArray<string>> => {
  const headings = await page.getByRole('heading').evaluateAll((found: ReadonlyArray<{ readonly tagName: string; readonly textContent: string }>) =>
    found.map(({ tagName, textContent }) => ({ level: Number(tagName.slice(1)), text: textContent })),
  );
  const ofView = headings.filter(({ level }) => level === 1).map(({ text }) => text);
  return [
    ...(ofView.length === 1 ? [] : [`The page has ${String(ofView.length)} headings of level 1: ${ofView.join(', ')}`]),
    ...headings.flatMap(({ level, text }, index) => (level > (headings[index - 1]?.level ?? 0) + 1 ? [`A level above the heading “${text}” of level ${String(level)} is left out`] : [])),
  ];
};

/** More than any view has places for the focus between two that are gone to. */
const mostTabs = 150;

const press = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor();
  const focused = target.and(page.locator(':focus'));
  for (let tabs = 0; (await focused.count()) === 0; tabs += 1) {
    if (tabs === mostTabs) throw new Error(`The Tab key does not come to ${String(target)}.`);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
};

export const newAuditVisitor = async (browser: Browser, [url, ...others]: readonly [string, ...ReadonlyArray<string>], sight?: Sight, reason: string | null = 'an audit'): Promise<AuditVisitor> => {
  const visitor = await newVisitor(browser, [url, ...others], sight);
  const { page } = visitor;
  if (reason !== null) await page.addInitScript(sayReason(reason));
  return {
    ...visitor,
    inaccessible: async () => [...(await visitor.inaccessible()), ...(await headingFaults(page))],
    visit: async (address) => {
      await page.goto(`${url}/audit/${address}`);
    },
    signIn: async (token) => {
      await page.getByLabel('Token').fill(token);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
    },
    press: (target) => press(page, target),
    photograph: (name) => visitor.photograph(pictures, name),
  };
};
