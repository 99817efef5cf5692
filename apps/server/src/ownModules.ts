import type * as Esbuild from 'esbuild';
import { readFileSync } from 'node:fs';
import { createRequire, type LoadFnOutput, type ResolveFnOutput } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundledModule, bundledSpecifier, bundledUrl } from './bundledPackages.js';

/** What every module is written with: a file of one's own need not have it installed beside itself. @category predicates */
export const comesWithServer = (specifier: string): boolean => /^(?:@account-data\/|(?:fp-ts|io-ts)(?:\/|$))/.test(specifier);

/** Whether a module's URL is that of a TypeScript file. */
const isTypeScript = (url: string): boolean => /^file:.*\.m?ts$/.test(url);

/**
 * TypeScript by its suffix, on every version of Node the same: some can't read it, and others only a part of it.
 */
const loadTypeScript = (url: string): LoadFnOutput => {
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

/** The names that each package exports which is bundled with the server; empty where none is. @category model */
export type OwnNames = ReadonlyMap<string, ReadonlyArray<string>>;

/** A package that is bundled with the server; undefined where it is installed beside it. @category destructors */
export const resolveOwn = (specifier: string, own: OwnNames): ResolveFnOutput | undefined =>
  own.has(specifier) ? { url: bundledUrl(specifier), format: 'module', shortCircuit: true } : undefined;

/** What Node can't load by itself: TypeScript, and what is bundled. @category destructors */
export const loadOwn = (url: string, own: OwnNames): LoadFnOutput | undefined => {
  if (isTypeScript(url)) return loadTypeScript(url);
  const specifier = bundledSpecifier(url);
  return specifier === undefined ? undefined : { format: 'module', source: bundledModule(specifier, own.get(specifier) ?? []), shortCircuit: true };
};
