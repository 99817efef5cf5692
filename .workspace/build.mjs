import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './Failure.mjs';
import { packageFolders, readMarker, sourceFingerprint, writeMarker } from './freshness.mjs';
import { demandWritable } from './install.mjs';
import { exclusively } from './lock.mjs';
import { rootPath } from './paths.mjs';
import { runQuietly } from './runQuietly.mjs';

/** The TypeScript project that each target compiles, with all it references. */
const projects = { programs: 'apps/cli', everything: '.' };

/** Output that both targets have; missing where someone deleted it. */
const outputs = () =>
  packageFolders()
    .filter((folder) => /^(packages[/\\]|apps[/\\](cli|server)$)/.test(folder))
    .map((folder) => join(rootPath, folder, 'dist', '.tsbuildinfo'));

const isBuilt = (target, fingerprint) => readMarker(`built-${target}`) === fingerprint && outputs().every(existsSync);

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
