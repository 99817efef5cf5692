import { type Sight, type Visitor, newVisitor } from '@account-data/tests-browser';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';

/** Somebody at the audit page. */
export interface AuditVisitor extends Pick<Visitor, 'page' | 'inaccessible' | 'faults' | 'close'> {
  /** Goes to an address of the page, `#/…`. */
  readonly visit: (address: string) => Promise<void>;
  readonly signIn: (token: string) => Promise<void>;
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

export const newAuditVisitor = async (browser: Browser, url: string, sight?: Sight, reason: string | null = 'an audit'): Promise<AuditVisitor> => {
  const visitor = await newVisitor(browser, [url], sight);
  const { page } = visitor;
  if (reason !== null) await page.addInitScript(sayReason(reason));
  return {
    ...visitor,
    visit: async (address) => {
      await page.goto(`${url}/audit/${address}`);
    },
    signIn: async (token) => {
      await page.getByLabel('Token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
    },
    photograph: (name) => visitor.photograph(pictures, name),
  };
};
