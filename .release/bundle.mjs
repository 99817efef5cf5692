// usage: bundle.mjs [FOLDER]. Makes the whole program as one file, FOLDER/account-data.mjs (./bundle), with what can't be in
// a file beside it: addons and esbuild in node_modules, the audit page, the Python program. Nothing else is needed to run it.
import { cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { rootPath } from '../.workspace/paths.mjs';
import { notices } from './notices.mjs';
import { packagesBelow, thirdPartyOf } from './thirdParty.mjs';
import { bundledPackages, registrySource } from './bundledPackages.mjs';
import { placesStay, requiredAtRun } from './bundlePlugins.mjs';

/** What loads native code or WebAssembly, or is a program of its own: it stands beside the file as it is. */
const beside = ['lmdb', 'fs-native-extensions', 'esbuild', 'node-sqlite3-wasm'];

/** Only a Synapse database in a file needs it. */
const late = ['node-sqlite3-wasm'];

/** Read at run time from where they stand in the checkout, which is where they stand below the folder of the bundle. */
const files = ['apps/cli/package.json', 'apps/server/package.json', 'apps/server/page', 'packages/module-python/program'];

const server = join(rootPath, 'apps/server');
const { build } = createRequire(join(server, 'package.json'))('esbuild');

/** The program with its parts in `folder`, which is emptied first. Gives the path of the file. */
export const bundle = async (folder) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const common = { bundle: true, platform: 'node', format: 'esm', target: 'node20.19', minifyWhitespace: true, minifySyntax: true, legalComments: 'none', logLevel: 'error', absWorkingDir: rootPath };
  const file = join(folder, 'account-data.mjs');
  await build({
    ...common,
    stdin: { contents: registrySource(await bundledPackages()), resolveDir: join(rootPath, 'apps/cli'), loader: 'js' },
    outfile: file,
    // What is CommonJS asks for Node's own modules by `require`.
    banner: { js: "#!/usr/bin/env node\nimport { createRequire as accountDataRequire } from 'node:module';\nconst require = accountDataRequire(import.meta.url);" },
    plugins: [requiredAtRun(beside, late), placesStay],
  });
  // The thread of hooks of Nodes without `registerHooks` loads it by its place.
  await build({ ...common, entryPoints: [join(server, 'dist/threadHooks.js')], outfile: join(folder, 'apps/server/dist/threadHooks.js') });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const path of files) cpSync(join(rootPath, path), join(folder, path), { recursive: true, filter: (from) => !from.includes('__pycache__') });
  for (const [name, home] of packagesBelow(beside.map((name) => homeOf(name)))) {
    cpSync(home, join(folder, 'node_modules', name), { recursive: true, dereference: true, filter: (from) => !relative(home, from).split('/').includes('node_modules') });
  }
  writeFileSync(join(folder, 'THIRD_PARTY_NOTICES.md'), notices(thirdPartyOf('apps/cli')));
  cpSync(join(rootPath, 'LICENSE'), join(folder, 'LICENSE'));
  return file;
};

/** The folder of an installed package, of whichever package of the workspace depends on it. */
const homeOf = (name) => {
  const owner = ['apps/server', 'packages/event-store-lmdb', 'packages/projection', 'packages/embedded', 'packages/synapse-import'].find((one) => existsSync(join(rootPath, one, 'node_modules', name)));
  if (owner === undefined) throw new Error(`${name} is not installed.`);
  return join(rootPath, owner, 'node_modules', name);
};

if (process.argv[1] === import.meta.filename) {
  const file = await bundle(resolve(process.argv[2] ?? 'bundle'));
  console.log(`${file}  ${(statSync(file).size / 1024).toFixed(0)} KiB`);
}
