import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath, stateFolder } from './paths.mjs';

const workspaceFolders = ['packages', 'apps', 'apps/examples', 'tests'];

/** The folders of the workspace's packages, relative to the root, in order. */
export const packageFolders = () =>
  workspaceFolders.flatMap((folder) => {
    try {
      return readdirSync(join(rootPath, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(folder, entry.name))
        .filter((path) => existsSync(join(rootPath, path, 'package.json')))
        .sort();
    } catch {
      return [];
    }
  });

const digest = (lines) => createHash('sha256').update(lines.join('\n')).digest('hex');

const contentOf = (path) => {
  try {
    return readFileSync(join(rootPath, path), 'utf8');
  } catch {
    return '';
  }
};

/** Changes whenever an install would install something else, platform included. */
export const dependencyFingerprint = () =>
  digest([
    `${process.platform} ${process.arch} ${process.versions.modules}`,
    ...['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map(contentOf),
    ...packageFolders().map((folder) => contentOf(join(folder, 'package.json'))),
  ]);

const sizeAndTime = (path) => {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
};

const filesUnder = (folder) => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
  } catch {
    return [];
  }
};

/**
 * Changes whenever a build of these folders would come to something else (files are judged by size and time of change).
 * What they import of npm is fixed by the lockfile.
 */
export const sourceFingerprint = (folders = packageFolders()) =>
  digest([
    contentOf('tsconfig.base.json'),
    contentOf('tsconfig.json'),
    ...folders.flatMap((folder) => [
      contentOf(join(folder, 'tsconfig.json')),
      contentOf(join(folder, 'package.json')),
      contentOf(join(folder, 'vite.config.mjs')),
      ...filesUnder(join(rootPath, folder, 'src')).map(sizeAndTime),
    ]),
  ]);

const markerPath = (name) => join(stateFolder, name);

export const readMarker = (name) => {
  try {
    return readFileSync(markerPath(name), 'utf8');
  } catch {
    return undefined;
  }
};

export const writeMarker = (name, fingerprint) => {
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(markerPath(name), fingerprint);
};
