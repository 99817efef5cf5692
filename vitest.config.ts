import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { CountingReporter } from './.ci/CountingReporter.js';

/** Tests run the packages' TypeScript sources (export condition `source`); only the end-to-end suites run the built programs. */
const resolve = { conditions: ['source', 'node'] };
const ssr = { resolve: { conditions: ['source', 'node'] } };

const report = process.env['ACCOUNT_DATA_TEST_REPORT'];

export default defineConfig({
  test: {
    // Many tests wait for disks, sockets and processes: a core that is left free, as Vitest would, is idle.
    maxWorkers: availableParallelism(),
    reporters: report === undefined ? ['default'] : ['default', new CountingReporter(report)],
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['{packages,apps,apps/examples,tests}/*/test/**/*.unit.test.ts'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'integration',
          include: ['{packages,apps,tests}/*/test/**/*.int.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One kind after the other: what is computed must not slow down what watches disks, sockets and processes.
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: ['{packages,apps,tests}/*/test/**/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
