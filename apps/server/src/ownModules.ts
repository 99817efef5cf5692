import type * as Esbuild from 'esbuild';
import { readFileSync } from 'node:fs';
import { createRequire, type LoadFnOutput } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What every module is written with: a file of one's own need not have it installed beside itself. @category predicates */
export const comesWithServer = (specifier: string): boolean => /^(?:@account-data\/|(?:fp-ts|io-ts)(?:\/|$))/.test(specifier);

/** Whether a module's URL is that of a TypeScript file. @category predicates */
export const isTypeScript = (url: string): boolean => /^file:.*\.m?ts$/.test(url);

/**
 * TypeScript by its suffix, on every version of Node the same: some can't read it, and others only a part of it.
 *
 * @category destructors
 */
export const loadTypeScript = (url: string): LoadFnOutput => {
  const path = fileURLToPath(url);
  // Only whoever has such files needs it, and only at once: the hook that calls this is synchronous.
  const { transformSync } = createRequire(import.meta.url)('esbuild') as typeof Esbuild;
  const { code } = transformSync(readFileSync(path, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: path,
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  return { format: 'module', source: code, shortCircuit: true };
};
