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

/** Compiles the sources of a target, unless nothing changed since the last time. */
export const build = async (target) => {
  if (isBuilt(target, sourceFingerprint())) return;
  demandWritable('Compiling');
  await exclusively(
    async () => {
      const fingerprint = sourceFingerprint();
      if (isBuilt(target, fingerprint)) return;
      console.error('Compiling…');
      const { code, output } = await runQuietly(process.execPath, [
        join(rootPath, 'node_modules', 'typescript', 'bin', 'tsc'),
        '-b',
        projects[target],
      ]);
      if (code !== 0) throw new Failure(`${output.trimEnd()}\n\nCompiling failed; nothing was run.`);
      writeMarker(`built-${target}`, fingerprint);
      if (target === 'everything') writeMarker('built-programs', fingerprint);
    },
    () => console.error('Waiting for another command that is compiling…'),
  );
};
