// usage: release.mjs [--dry-run]. Makes a release of the changes that wait: gives all packages the next version, writes the changelogs
// (changesets), commits that and tags it. The tag, pushed, is published by .github/workflows/release.yml. `--dry-run` does so in a copy
// of what says versions, prints what came of it, and changes nothing.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../.workspace/Failure.mjs';
import { rootPath } from '../.workspace/paths.mjs';
import { runQuietly } from '../.workspace/runQuietly.mjs';
import { copyVersions, takeNextVersion, waitingChanges } from './nextVersion.mjs';
import { publicPackages } from './publicPackages.mjs';

/** What would be released: the version, and the changelog of each package as it would begin. */
export const dryRun = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'account-data-release-'));
  try {
    copyVersions(folder);
    const version = await takeNextVersion(folder);
    const changelogs = publicPackages().map(({ folder: home, manifest: { name } }) => ({ name, changelog: readFileSync(join(folder, home, 'CHANGELOG.md'), 'utf8') }));
    return { version, changelogs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const git = async (...args) => {
  const { code, output } = await runQuietly('git', args);
  if (code !== 0) throw new Failure(`git ${args[0]} failed:\n${output.trimEnd()}`);
  return output;
};

const release = async () => {
  if ((await git('status', '--porcelain')) !== '') throw new Failure('Commit or stash what is changed first: a release is of a commit.');
  const version = await takeNextVersion(rootPath);
  await git('add', '--all');
  await git('commit', '--message', `Version ${version}`);
  await git('tag', '--annotate', `v${version}`, '--message', `Version ${version}`);
  console.log(`Version ${version} is committed and tagged. It is published as soon as it is pushed: git push --follow-tags`);
};

if (process.argv[1] === import.meta.filename) {
  try {
    if (waitingChanges().length === 0) throw new Failure('No change waits for a release: `npx changeset` writes one down.');
    if (process.argv[2] === '--dry-run') {
      const { version, changelogs } = await dryRun();
      for (const { name, changelog } of changelogs) console.log(`${name} ${version}: ${String(changelog.split('\n## ')[1]?.match(/^- /gm)?.length ?? 0)} entries in its changelog`);
    } else await release();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
