import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../.workspace/Failure.mjs';
import { packageFolders } from '../.workspace/freshness.mjs';
import { rootPath } from '../.workspace/paths.mjs';
import { runQuietly } from '../.workspace/runQuietly.mjs';

const changesFolder = '.changeset';

/** The names of the changes that wait for a release. */
export const waitingChanges = () => readdirSync(join(rootPath, changesFolder)).filter((name) => name.endsWith('.md') && name !== 'README.md');

/**
 * Moves the changes that wait into the changelogs, and gives all packages the next version (changesets), in the checkout or in a copy
 * of it.
 *
 * @returns the version
 */
export const takeNextVersion = async (root) => {
  const { code, output } = await runQuietly(process.execPath, [join(rootPath, 'node_modules/@changesets/cli/bin.js'), 'version'], {}, root);
  if (code !== 0) throw new Failure(`changeset version failed:\n${output.trimEnd()}`);
  const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'));
  return version;
};

/** All that says which version is next, in a folder of its own. */
export const copyVersions = (folder) => {
  const files = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', changesFolder, ...packageFolders().flatMap((one) => [join(one, 'package.json'), join(one, 'CHANGELOG.md')])];
  for (const path of files.filter((one) => existsSync(join(rootPath, one)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(rootPath, path), join(folder, path), { recursive: true });
  }
};
