import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realServerUrl, runPrefix } from './index.js';

/** What the suites came to, as `.ci/CountingReporter.ts` writes it. */
interface Counted {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: ReadonlyArray<unknown>;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const config = fileURLToPath(new URL('../vitest.config.ts', import.meta.url));

const readReport = (path: string): Counted | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Counted;
  } catch {
    return undefined;
  }
};

/** Runs the suites to their end, and gives their exit code and what they counted. */
const runSuites = async (args: ReadonlyArray<string>): Promise<{ readonly code: number | null; readonly counted: Counted | undefined }> => {
  const folder = mkdtempSync(join(tmpdir(), 'account-data-eventstoredb-'));
  const report = join(folder, 'report.json');
  const vitest = join(createRequire(join(root, 'package.json')).resolve('vitest/package.json'), '..', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--root', root, '--config', config, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ACCOUNT_DATA_TEST_REPORT: report, EVENTSTOREDB_TEST_PREFIX: runPrefix() },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const counted = readReport(report);
  rmSync(folder, { recursive: true, force: true });
  return { code, counted };
};

const main = async (args: ReadonlyArray<string>): Promise<void> => {
  if (realServerUrl() === undefined) {
    console.log('NOT RUN: EVENTSTOREDB_URL is not set, so that nothing was tested against a real EventStoreDB.');
    console.log('Set it to a connection string, such as EVENTSTOREDB_URL=esdb://127.0.0.1:2113?tls=false');
    process.exitCode = 1;
    return;
  }
  const { code, counted } = await runSuites(args);
  if (counted === undefined) console.log('FAILED  the suites did not come to their end');
  const skipped = counted?.skipped.length ?? 0;
  if (skipped > 0) console.log(`${skipped} skipped`);
  const passed = counted?.passed ?? 0;
  const failed = counted?.failed ?? 1;
  // What is still readable afterwards fails the run and no test of it; and a run without a test is none.
  const others = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
  console.log(`${passed} passed, ${failed + others} failed`);
  process.exitCode = failed + others === 0 ? 0 : 1;
};

await main(process.argv.slice(2));
