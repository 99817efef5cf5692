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
    .filter((name) => /^(licen[cs]e|notice|copying)|\.licen[cs]e\.txt$/i.test(name) && !/\.(js|ts|json)$/i.test(name))
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
 * All that comes with packages of the workspace when they are installed for production, themselves included: by folder, in the order
 * of names and versions, `name`, `version`, `license` (SPDX), whether it is of the `workspace`, and the folders that it `needs`.
 */
export const installedWith = (folders) => {
  const found = new Map();
  const visit = (home) => {
    if (found.has(home)) return;
    const manifest = manifestOf(home);
    const { name, version, dependencies, optionalDependencies } = manifest;
    const needs = [
      ...(bundled[home] ?? []),
      ...Object.keys({ ...dependencies, ...optionalDependencies }).map((one) => find(one, home)).filter((one) => one !== undefined),
    ];
    found.set(home, { name, version, license: licenseOf(manifest), workspace: !home.includes(join('node_modules', '/')), needs });
    for (const next of needs) visit(next);
  };
  for (const folder of folders) visit(realpathSync(join(rootPath, folder)));
  return new Map([...found].sort(([, one], [, other]) => (`${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1)));
};

/**
 * What others wrote of that which comes with a package: `name`, `version`, `license` (SPDX) and `texts` of each, sorted. Packages of
 * the workspace are gone through, and are not in it.
 */
export const thirdPartyOf = (folder) => {
  const ofOthers = [...installedWith([folder])].filter(([, { workspace }]) => !workspace);
  // One that is installed twice, beside different peers, is told once.
  const once = new Map(ofOthers.map(([home, { name, version, license }]) => [`${name}@${version}`, { name, version, license, texts: textsOf(home) }]));
  return [...once.values()];
};
