import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { rootPath } from '../.workspace/paths.mjs';

/** Of CommonJS, and used by its default import alone: nothing of it is loaded before something of it is asked for. */
const lateExports = (name) => `module.exports = new Proxy({}, { get: (_, key) => require(${JSON.stringify(name)})[key] });`;

/** Packages that stay outside: each is required where it stands beside the file, `late` ones when something of them is used. */
export const requiredAtRun = (names, late) => ({
  name: 'required-at-run',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^(?:${names.join('|')})$`) }, ({ path, namespace }) => (namespace === 'at-run' ? { path, external: true } : { path, namespace: 'at-run' }));
    onLoad({ filter: /.*/, namespace: 'at-run' }, ({ path }) => ({
      contents: late.includes(path) ? lateExports(path) : `module.exports = require(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
});

/** Whatever looks for files by its own place finds them below the bundle's folder, as they stand in the checkout. */
export const placesStay = {
  name: 'places-stay',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/(?:apps|packages)\/[^/]+\/dist\/.*\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes('import.meta.url')) return undefined;
      const place = JSON.stringify(`./${relative(rootPath, path)}`);
      return { contents: contents.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`), loader: 'js' };
    });
  },
};
