import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { checkout } from './checkout.js';

/** A checkout of its own, for a test that runs npm's commands as someone who has just cloned it. */
export interface CheckoutCopy {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

const copied = [
  '.workspace',
  'apps',
  'packages',
  'tests',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'tsconfig.json',
  'workspace.mjs',
];

/**
 * Copies the checkout with its installed dependencies (their folder is shared) and with what is compiled, times of
 * change included, so that nothing takes longer than it must. Compiled output of folders that `without` names is left out.
 */
export const copyCheckout = async (without: ReadonlyArray<string>): Promise<CheckoutCopy> => {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'account-data-checkout-')));
  const skipped = new Set(without.map((folder) => join(checkout, folder, 'dist')));
  for (const name of copied) {
    await cp(join(checkout, name), join(path, name), {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      filter: (source) => !skipped.has(source) && !source.startsWith(join(checkout, '.workspace', 'state') + sep),
    });
  }
  await cp(join(checkout, '.workspace', 'state', 'installed'), join(path, '.workspace', 'state', 'installed'));
  await symlink(join(checkout, 'node_modules'), join(path, 'node_modules'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};
