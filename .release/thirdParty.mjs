import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootPath } from '../.workspace/paths.mjs';

const manifestOf = (home) => JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));

/** Where Node finds a package from another one's folder; `undefined` where it is not installed (for another platform, say). */
const find = (name, from) => {
  for (let folder = from; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', name);
    if (existsSync(join(home, 'package.json'))) return realpathSync(home);
    if (folder === dirname(folder)) return undefined;
  }
};

const licenseOf = ({ license, licenses }) =>
  (typeof license === 'string' ? license : license?.type) ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'UNKNOWN';

/** The texts that a package's licence asks to be passed on. */
const textsOf = (home) =>
  readdirSync(home)
    .filter((name) => /^(licen[cs]e|notice|copying)/i.test(name) && !/\.(js|ts|json)$/i.test(name))
    .sort()
    .map((name) => readFileSync(join(home, name), 'utf8').replaceAll('\r\n', '\n').trim());

/** The folders of installed packages and of all that they need, by name: where each is once, they can stand in one folder. */
export const packagesBelow = (homes) => {
  const found = new Map();
  const visit = (home) => {
    const { name, dependencies, optionalDependencies } = manifestOf(home);
    const known = found.get(name);
    if (known !== undefined && known !== home) throw new Error(`${name} is installed in two versions, which can't stand in one folder: ${known} and ${home}.`);
    if (known !== undefined) return;
    found.set(name, home);
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies }).map((one) => find(one, home))) if (next !== undefined) visit(next);
  };
  for (const home of homes) visit(realpathSync(home));
  return found;
};

/** What is bundled into a package, and so comes with it. */
const bundled = { [join(rootPath, 'apps/server')]: [join(rootPath, 'apps/audit-web')] };

/**
 * What others wrote of that which comes with a package when it is installed for production: `name`, `version`, `license`
 * (SPDX) and `texts` of each, sorted. Packages of the workspace are gone through, and are not in it.
 */
export const thirdPartyOf = (folder) => {
  const found = new Map();
  const seen = new Set();
  const visit = (home) => {
    if (seen.has(home)) return;
    seen.add(home);
    const manifest = manifestOf(home);
    if (home.includes(join('node_modules', '/'))) {
      const { name, version } = manifest;
      found.set(`${name}@${version}`, { name, version, license: licenseOf(manifest), texts: textsOf(home) });
    }
    for (const folder of bundled[home] ?? []) visit(folder);
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      const next = find(name, home);
      if (next !== undefined) visit(next);
    }
  };
  visit(realpathSync(join(rootPath, folder)));
  return [...found.values()].sort((one, other) => (`${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1));
};
