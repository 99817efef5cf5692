import { type Sight, chromiumPath } from '@account-data/tests-browser';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type AuditServer, tokens } from './auditServer.js';
import { type AuditVisitor, newAuditVisitor } from './AuditVisitor.js';

/** The page in a browser, for the tests of one `describe`. */
export interface AuditPage {
  readonly server: () => AuditServer;
  /** Somebody at an address of the page, signed in (null: not), who has said why they look (null: not). They leave after the test, and nothing may have happened that must not. */
  readonly arrive: (address: string, token?: string | null, sight?: Sight, reason?: string | null) => Promise<AuditVisitor>;
}

/** Sets up a server and a browser once, and ends them. `others`: URLs of servers that the page may ask, too. */
export const auditPage = (start: () => Promise<AuditServer>, others: () => ReadonlyArray<string> = () => []): AuditPage => {
  let server: AuditServer;
  let browser: Browser;
  const visitors = new Set<AuditVisitor>();

  beforeAll(async () => {
    server = await start();
    browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  // Whatever a test does: nothing of others is loaded or run, and the policy forbids nothing that the page does.
  afterEach(async () => {
    const left = [...visitors];
    visitors.clear();
    const faults = await Promise.all(left.map((visitor) => visitor.faults()));
    await Promise.all(left.map((visitor) => visitor.close()));
    expect(faults.flat()).toEqual([]);
  });

  return {
    server: () => server,
    arrive: async (address, token = tokens.admin, sight, reason) => {
      const visitor = await newAuditVisitor(browser, [server.url, ...others()], sight, reason);
      visitors.add(visitor);
      await visitor.visit(address);
      if (token !== null) await visitor.signIn(token);
      return visitor;
    },
  };
};
