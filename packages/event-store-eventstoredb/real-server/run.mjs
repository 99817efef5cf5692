// pnpm test:eventstoredb: the suites against the real server at EVENTSTOREDB_URL, under a prefix of this run's own.
// Ends with one line `N passed, N failed`, and with 0 only if nothing failed and nothing readable is left behind.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));

const runSuites = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'account-data-eventstoredb-'));
  const report = join(folder, 'report.json');
  const vitest = join(createRequire(join(root, 'package.json')).resolve('vitest/package.json'), '..', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--root', root, '--config', config, ...process.argv.slice(2)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ACCOUNT_DATA_TEST_REPORT: report,
      EVENTSTOREDB_TEST_PREFIX: `account-data-test-${randomUUID()}-`,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => child.once('close', resolve));
  let counted = { passed: 0, failed: 1 };
  try {
    counted = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    console.log('FAILED  the suites did not come to their end');
  }
  rmSync(folder, { recursive: true, force: true });
  const failed = counted.failed + (counted.failed === 0 && code !== 0 ? 1 : 0) + (counted.passed === 0 ? 1 : 0);
  console.log(`${counted.passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
};

if ((process.env.EVENTSTOREDB_URL ?? '') === '') {
  console.log('NOT RUN: EVENTSTOREDB_URL is not set, so that nothing was tested against a real EventStoreDB.');
  console.log('Set it to a connection string, such as EVENTSTOREDB_URL=esdb://127.0.0.1:2113?tls=false');
  process.exitCode = 1;
} else await runSuites();
