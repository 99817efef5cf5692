import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Hooks into Node's loading of modules, for the files that a configuration names. They run in a thread of their own,
 * so that nothing is shared with the server but what `initialize` is given.
 */

/** What every module is written with: a file of one's own need not have it installed beside itself. */
const comesWithServer = /^(?:@account-data\/|(?:fp-ts|io-ts)(?:\/|$))/;

let server: string | undefined;

/** @param data the URL of a file of the server, which has these packages installed */
export const initialize: InitializeHook<string> = (data) => {
  server = data;
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (server === undefined || !comesWithServer.test(specifier)) throw error;
    return nextResolve(specifier, { ...context, parentURL: server });
  }
};

/** TypeScript by its suffix, on every version of Node the same: some can't read it, and others only a part of it. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!/^file:.*\.m?ts$/.test(url)) return nextLoad(url, context);
  const { transform } = await import('esbuild');
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: path,
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  return { format: 'module', source: code, shortCircuit: true };
};
