import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** A path with its links followed, as far as it is there already. */
const realPathOf = (path: string): string => {
  if (existsSync(path)) return realpathSync(path);
  const above = dirname(path);
  return above === path ? path : join(realPathOf(above), basename(path));
};

/** Whether a path is a folder itself or something in it, by whatever links; neither has to be there. @category files */
export const isWithin = (folder: string, path: string): boolean => {
  const way = relative(realPathOf(resolve(folder)), realPathOf(resolve(path)));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

const isLink = (path: string): boolean => {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
};

/** The link in a path that leads to what is not there (a disk that is not mounted, for one); undefined where there is none. @category files */
export const danglingLink = (path: string): string | undefined => {
  if (existsSync(path)) return undefined;
  if (isLink(path)) return path;
  const above = dirname(path);
  return above === path ? undefined : danglingLink(above);
};
