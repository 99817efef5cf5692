import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { comesWithServer, loadOwn, type OwnNames, resolveOwn } from './ownModules.js';

/**
 * Hooks into Node's loading of modules, for the files that a configuration names, on Nodes without `registerHooks`: they
 * run in a thread of their own, and share nothing with the server but what `initialize` is given.
 */

let server: string | undefined;
let own: OwnNames = new Map();

/** @param data the URL of a file of the server, which has these packages installed, and what is bundled with it */
export const initialize: InitializeHook<{ readonly server: string; readonly own: OwnNames }> = (data) => {
  ({ server, own } = data);
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (server === undefined || !comesWithServer(specifier)) throw error;
    return resolveOwn(specifier, own) ?? nextResolve(specifier, { ...context, parentURL: server });
  }
};

export const load: LoadHook = (url, context, nextLoad) => loadOwn(url, own) ?? nextLoad(url, context);
