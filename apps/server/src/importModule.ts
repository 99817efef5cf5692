import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Imports a module of the configuration: a file by its URL, or a package, which may be installed with the server or
 * beside the configuration file.
 *
 * @category constructors
 */
export const moduleImporter =
  (folder: string) =>
  async (specifier: string): Promise<unknown> => {
    if (specifier.startsWith('file:')) return import(specifier) as Promise<unknown>;
    try {
      return (await import(specifier)) as unknown;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const beside = resolveBeside(specifier, folder);
      if (beside === undefined) throw error;
      return import(beside) as Promise<unknown>;
    }
  };

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';

const resolveBeside = (specifier: string, folder: string): string | undefined => {
  try {
    return pathToFileURL(createRequire(join(folder, 'account-data.yaml')).resolve(specifier)).href;
  } catch {
    return undefined;
  }
};
