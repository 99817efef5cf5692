import { join } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: join(import.meta.dirname, 'src'),
  build: { outDir: join(import.meta.dirname, 'dist', 'page'), emptyOutDir: true, target: 'es2023', modulePreload: false },
});
