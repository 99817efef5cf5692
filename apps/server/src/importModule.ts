import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { existsSync } from 'node:fs';
import { bundledPackages } from './bundledPackages.js';
import { hookModulesOnce } from './hookModules.js';

/**
 * Imports a module of the configuration: a file by its URL, or a package, which may be installed with the server or
 * beside the configuration file. What it throws is for whoever wrote the configuration or the module.
 *
 * @category constructors
 */
export const moduleImporter =
  (folder: string) =>
  async (specifier: string): Promise<unknown> => {
    if (specifier.startsWith('file:')) return importFile(fileURLToPath(specifier), specifier);
    const bundled = bundledPackages().get(specifier);
    if (bundled !== undefined) return bundled.load();
    try {
      return (await import(specifier)) as unknown;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const beside = resolveBeside(specifier, folder);
      if (beside !== undefined) return importFile(beside, pathToFileURL(beside).href);
      if (!error.message.includes(`'${specifier}'`)) throw error;
      throw new Error(`no such package is installed with the server, nor in ${join(folder, 'node_modules')}`, { cause: error });
    }
  };

const importFile = async (path: string, url: string): Promise<unknown> => {
  if (!existsSync(path)) throw new Error(`there is no file ${path}`);
  hookModulesOnce();
  try {
    return (await import(url)) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error((await syntaxErrorOf(path)) ?? `${error.message} (in ${path}, or in a file that it imports)`, { cause: error });
  }
};

/** Where a file's syntax is wrong: an import does not tell, but Node's own check does, in its first line. */
const syntaxErrorOf = (path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--check', path], (error, _, errors) => {
      const lines = errors.trimEnd().split('\n');
      const what = lines.find((line) => line.startsWith('SyntaxError: '));
      resolve(error === null || what === undefined ? undefined : `${what.slice('SyntaxError: '.length)} at ${(lines[0] ?? path).replace(/^file:\/\//, '')}`);
    });
  });

const isNotFound = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';

const resolveBeside = (specifier: string, folder: string): string | undefined => {
  try {
    return createRequire(join(folder, 'account-data.yaml')).resolve(specifier);
  } catch {
    return undefined;
  }
};
