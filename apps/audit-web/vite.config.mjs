import { join } from 'node:path';
import { defineConfig } from 'vite';

// The page goes into the package of the server. It is served below any path: its files are named relative to it. Nothing is inlined, as its policy allows nothing
// inline. The workspace's packages are bundled from their sources.
export default defineConfig({
  root: join(import.meta.dirname, 'src'),
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
  build: {
    outDir: join(import.meta.dirname, '..', 'server', 'page'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
  logLevel: 'error',
});
