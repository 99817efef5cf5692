import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module';
import { bundledPackages } from './bundledPackages.js';
import { comesWithServer, loadOwn, resolveOwn } from './ownModules.js';

/** What Node has from 22.15 on, where `register` is deprecated later (DEP0205); the types are those of Node 20. */
interface SynchronousHooks {
  readonly registerHooks?: (hooks: {
    readonly resolve: (
      specifier: string,
      context: ResolveHookContext,
      nextResolve: (specifier: string, context: ResolveHookContext) => ResolveFnOutput,
    ) => ResolveFnOutput;
    readonly load: (
      url: string,
      context: LoadHookContext,
      nextLoad: (url: string, context: LoadHookContext) => LoadFnOutput,
    ) => LoadFnOutput;
  }) => unknown;
}

const node: typeof nodeModule & SynchronousHooks = nodeModule;

let hooked = false;

/** Lets files use what comes with the server, and be TypeScript. Tests run the sources, where no hooks are compiled. */
export const hookModulesOnce = (): void => {
  const threadHooks = new URL('./threadHooks.js', import.meta.url);
  if (hooked || !existsSync(threadHooks)) return;
  hooked = true;
  const server = import.meta.url;
  const own = new Map([...bundledPackages()].map(([specifier, { names }]) => [specifier, names]));
  if (node.registerHooks === undefined) {
    node.register(threadHooks, { data: { server, own } });
    return;
  }
  node.registerHooks({
    resolve: (specifier, context, nextResolve) => {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (!comesWithServer(specifier)) throw error;
        return resolveOwn(specifier, own) ?? nextResolve(specifier, { ...context, parentURL: server });
      }
    },
    load: (url, context, nextLoad) => loadOwn(url, own) ?? nextLoad(url, context),
  });
};
