import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vite';

// The page goes into the package of the server. It is served below any path: its files are named relative to it. Nothing is inlined, as its policy allows nothing
// inline. The workspace's packages are bundled from their sources.
/** The page that tries the API out: swagger-ui as it is released, beside two small files of ours, in the folder `try`. */
const tryItOut = () => {
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const files = [
    ...['index.html', 'start.js'].map((name) => [name, join(import.meta.dirname, 'src', 'try', name)]),
    ...['swagger-ui-bundle.js', 'swagger-ui.css'].map((name) => [name, join(swagger, name)]),
  ];
  // Their maps are not there.
  const source = (path) => readFileSync(path, 'utf8').replace(/\n?(?:\/\/|\/\*)# sourceMappingURL=.*\s*$/, '\n');
  return {
    name: 'try-it-out',
    generateBundle() {
      for (const [name, path] of files) this.emitFile({ type: 'asset', fileName: `try/${name}`, source: source(path) });
    },
  };
};

export default defineConfig({
  root: join(import.meta.dirname, 'src'),
  base: './',
  plugins: [tryItOut()],
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  build: {
    outDir: join(import.meta.dirname, '..', 'server', 'page'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    // What the page begins with is asked for at once; what a view loads is asked for by the view.
    modulePreload: { polyfill: false, resolveDependencies: (_name, files, { hostType }) => (hostType === 'html' ? files : []) },
    reportCompressedSize: false,
  },
  logLevel: 'error',
});
