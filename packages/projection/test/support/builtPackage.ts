import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packagePath = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The path of a program for child processes, which run what is built: plain Node can't run TypeScript sources. */
export const program = (name: string): string => join(packagePath, 'test', 'programs', `${name}.mjs`);

/** Builds the package (only what changed), so that child processes run the sources as they are. */
export const buildPackage = (): void => {
  execFileSync(process.execPath, [join(packagePath, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc'), '-b', packagePath], {
    stdio: 'pipe',
  });
};
