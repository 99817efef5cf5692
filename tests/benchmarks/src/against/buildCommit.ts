import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Build, runIn } from './Build.js';

/** A build of a commit beside the checkout, and its removal. @category model */
export interface CommitBuild extends Build {
  readonly remove: () => Promise<void>;
}

/**
 * Checks out a commit into a folder for temporary files, and installs and compiles it there by its own lockfile. Rejects
 * where there is no such commit, or it can't be built on this Node; then nothing is left of it.
 */
export const buildCommit = async (checkout: string, commit: string, signal: AbortSignal): Promise<CommitBuild> => {
  const never = new AbortController().signal;
  const name = (await runIn(checkout, 'git', ['rev-parse', '--verify', '--short', `${commit}^{commit}`], signal)).trim();
  const folder = await mkdtemp(join(tmpdir(), 'account-data-against-'));
  const path = join(folder, name);
  const remove = async (): Promise<void> => {
    await runIn(checkout, 'git', ['worktree', 'remove', '--force', path], never).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
    await runIn(checkout, 'git', ['worktree', 'prune'], never);
  };
  try {
    await runIn(checkout, 'git', ['worktree', 'add', '--detach', path, name], signal);
    await runIn(path, process.execPath, ['workspace.mjs', 'prepare'], signal);
    return { name, path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};
