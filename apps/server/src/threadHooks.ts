import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { comesWithServer, isTypeScript, loadTypeScript } from './ownModules.js';

/**
 * Hooks into Node's loading of modules, for the files that a configuration names, on Nodes without `registerHooks`: they
 * run in a thread of their own, and share nothing with the server but what `initialize` is given.
 */

let server: string | undefined;

/** @param data the URL of a file of the server, which has these packages installed */
export const initialize: InitializeHook<string> = (data) => {
  server = data;
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (server === undefined || !comesWithServer(specifier)) throw error;
    return nextResolve(specifier, { ...context, parentURL: server });
  }
};

export const load: LoadHook = (url, context, nextLoad) => (isTypeScript(url) ? loadTypeScript(url) : nextLoad(url, context));
