import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from '../../.workspace/paths.mjs';

const address = /https?:|registry\.|tarball:/;

/** The lockfile names packages and digests, never where they were downloaded; nothing else names a registry either. */
export const lockfile = async () =>
  ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', 'package.json'].flatMap((name) =>
    readFileSync(join(rootPath, name), 'utf8')
      .split('\n')
      .flatMap((line, index) => (address.test(line) ? [`${name}:${index + 1}: names an address: ${line.trim()}`] : [])),
  );
