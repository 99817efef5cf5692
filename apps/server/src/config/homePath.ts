import { homedir } from 'node:os';
import { resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A path as people write it: `~` and `~/…` are the home folder (`HOME`, else the system's), as in a shell, which does not
 * see what stands in a file or behind `=`. Anything else is taken as it is, from `base`.
 *
 * @category destructors
 */
export const pathFrom = (base: string, path: string, env: Environment): string => resolve(base, expandHome(path, env));

/** The same text with `~` or `~/` at its beginning replaced. @category destructors */
export const expandHome = (path: string, env: Environment): string =>
  path === '~' || path.startsWith('~/') ? `${homeOf(env)}${path.slice(1)}` : path;

/** Whether a path begins with somebody's home folder (`~alice/…`), which is not looked up. A folder of that name is `./~alice`. */
export const namesHomeOfOther = (path: string): boolean => /^~[^/]/.test(path);

const homeOf = ({ HOME: home }: Environment): string => (home === undefined || home === '' ? homedir() : home);
