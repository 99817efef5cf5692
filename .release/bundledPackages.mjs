import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rootPath } from '../.workspace/paths.mjs';
import { publicPackages } from './publicPackages.mjs';

/** Entries for tests, which need a test runner. */
const forTests = new Set(['./testing', './contract']);

/** What `import` of a package or of one of its entries names, in files of users: each with its file. */
const entries = () => [
  ...publicPackages()
    .filter(({ manifest }) => manifest.name !== '@account-data/cli')
    .flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports).flatMap(([path, target]) =>
        target === null || forTests.has(path) ? [] : [[join(manifest.name, path), join(rootPath, folder, target.default)]],
      ),
    ),
  ...['fp-ts', 'io-ts'].flatMap((name) => {
    const home = realpathSync(join(rootPath, 'packages/domain/node_modules', name));
    const files = readdirSync(join(home, 'lib')).filter((file) => file.endsWith('.js'));
    return [[name, join(home, 'lib/index.js')], ...files.map((file) => [`${name}/lib/${file}`, join(home, 'lib', file)])];
  }),
];

/** What the program can give to modules of users as its own instance: specifier, file, and the names that it exports. */
export const bundledPackages = () =>
  Promise.all(entries().map(async ([specifier, file]) => ({ specifier, file, names: Object.keys(await import(pathToFileURL(file).href)).sort() })));

/** The first lines of the bundle: what is in it, for `apps/server/src/bundledPackages.ts`, and then the program. */
export const registrySource = (packages) => `
globalThis[Symbol.for('account-data.bundled')] = new Map([
${packages.map(({ specifier, file, names }) => `[${JSON.stringify(specifier)}, { names: ${JSON.stringify(names)}, load: () => import(${JSON.stringify(file)}) }],`).join('\n')}
]);
await import('./dist/main.js');
`;
