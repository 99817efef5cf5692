import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './Failure.mjs';
import { readMarker, sourceFingerprint, writeMarker } from './freshness.mjs';
import { demandWritable } from './install.mjs';
import { exclusively } from './lock.mjs';
import { rootPath } from './paths.mjs';
import { runQuietly } from './runQuietly.mjs';

/** The TypeScript project that each target compiles, with all it references. */
const projects = { programs: 'apps/cli', everything: '.' };

/** The folders of the projects that compiling one of them compiles: those it references, and they in turn, and itself. */
const foldersOf = (folder, seen = new Set()) => {
  if (seen.has(folder)) return seen;
  seen.add(folder);
  const { references = [] } = JSON.parse(readFileSync(join(rootPath, folder, 'tsconfig.json'), 'utf8'));
  for (const { path } of references) foldersOf(join(folder, path), seen);
  return seen;
};

/** What compiling a target leaves behind; missing where someone deleted it. The root only refers to others. */
const outputs = (target) =>
  [...foldersOf(projects[target])]
    .filter((folder) => folder !== '.')
    .map((folder) => join(rootPath, folder, 'dist', '.tsbuildinfo'));

const isBuilt = (target, fingerprint) => readMarker(`built-${target}`) === fingerprint && outputs(target).every(existsSync);

/** The audit page: a program for browsers, which is bundled. */
const page = { folder: 'apps/audit-web', output: join(rootPath, 'apps/server', 'page', 'index.html') };

const pageFingerprint = () => sourceFingerprint([...foldersOf(page.folder)]);

const isPageBuilt = () => readMarker('built-page') === pageFingerprint() && existsSync(page.output);

/** Compiles the sources of a target and bundles the page, unless nothing changed since the last time. */
export const build = async (target) => {
  if (isBuilt(target, sourceFingerprint()) && isPageBuilt()) return;
  demandWritable('Compiling');
  await exclusively(
    async () => {
      const fingerprint = sourceFingerprint();
      const toCompile = !isBuilt(target, fingerprint);
      const toBundle = !isPageBuilt();
      if (!toCompile && !toBundle) return;
      console.error('Compiling…');
      const ended = await Promise.allSettled([...(toCompile ? [compile(target, fingerprint)] : []), ...(toBundle ? [bundlePage()] : [])]);
      const failed = ended.find(({ status }) => status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    () => console.error('Waiting for another command that is compiling…'),
  );
};

const compile = async (target, fingerprint) => {
  await run(join(rootPath, 'node_modules', 'typescript', 'bin', 'tsc'), ['-b', projects[target]]);
  writeMarker(`built-${target}`, fingerprint);
  if (target === 'everything') writeMarker('built-programs', fingerprint);
};

const bundlePage = async () => {
  const fingerprint = pageFingerprint();
  const folder = join(rootPath, page.folder);
  await run(join(folder, 'node_modules', 'vite', 'bin', 'vite.js'), ['build', '--config', join(folder, 'vite.config.mjs')]);
  writeMarker('built-page', fingerprint);
};

const run = async (program, args) => {
  const { code, output } = await runQuietly(process.execPath, [program, ...args]);
  if (code !== 0) throw new Failure(`${output.trimEnd()}\n\nCompiling failed; nothing was run.`);
};
