import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders } from '../.workspace/freshness.mjs';
import { rootPath } from '../.workspace/paths.mjs';

/** All packages of the workspace: `folder` from the root, and `manifest`, the package.json as it is in the checkout. */
export const workspacePackages = () =>
  packageFolders().map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(rootPath, folder, 'package.json'), 'utf8')) }));

/** Those that are released, each after all that it depends on. */
export const publicPackages = () => {
  const waiting = new Map(workspacePackages().filter(({ manifest }) => manifest.private !== true).map((one) => [one.manifest.name, one]));
  const sorted = [];
  const visit = (name) => {
    const one = waiting.get(name);
    if (one === undefined) return;
    waiting.delete(name);
    for (const dependency of Object.keys(one.manifest.dependencies ?? {})) visit(dependency);
    sorted.push(one);
  };
  for (const name of [...waiting.keys()]) visit(name);
  return sorted;
};
