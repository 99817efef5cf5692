import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountingReporter } from '../../.ci/CountingReporter.js';

const conditions = ['source', 'node'];
const report = process.env['ACCOUNT_DATA_TEST_REPORT'];

/** The suites that need a real server, of all packages: `*.real.test.ts`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'eventstoredb',
    include: ['{packages,apps,tests}/*/test/**/*.real.test.ts'],
    globalSetup: [fileURLToPath(new URL('src/globalSetup.ts', import.meta.url))],
    reporters: report === undefined ? ['default'] : ['default', new CountingReporter(report)],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
