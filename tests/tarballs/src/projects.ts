import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from './checkout.js';
import type { Registry } from './serveRegistry.js';
import { run } from './run.js';

const { packageManager } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { readonly packageManager: string };

/** An empty project outside the workspace, which asks the registry for the packages of the workspace. */
export const makeProject = async (folder: string, registry: Registry, dependencies: Readonly<Record<string, string>>): Promise<string> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.npmrc'), `@account-data:registry=${registry.url}\n`);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', version: '1.0.0', private: true, type: 'module', dependencies }));
  return folder;
};

/** Installs with pnpm: a package then sees what it depends on, and nothing that only others do. */
export const installStrictly = (project: string): Promise<string> =>
  run('npx', ['--yes', packageManager, 'install', '--prefer-offline', '--no-frozen-lockfile'], project);

/** Installs with npm, as most do. */
export const installWithNpm = (project: string): Promise<string> =>
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], project);
