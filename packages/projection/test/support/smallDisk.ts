import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Why no file system can be mounted here, if so: that takes root (or the capability) and Linux. */
export const cannotMount = ((): string | undefined => {
  const tried = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/mnt'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : `no file system can be mounted here: ${(tried.error?.message ?? tried.stderr).trim()}`;
})();

/** Runs a program on a file system of its own, mounted at `path` in a namespace that ends with it; gives what it wrote. */
export const runOnDisk = (path: string, size: string, commands: string): string => {
  mkdirSync(path, { recursive: true });
  const script = `mount -t tmpfs -o size=${size} tmpfs "$0" && ${commands}`;
  return execFileSync('unshare', ['-m', 'sh', '-c', script, path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
};
