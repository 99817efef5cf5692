import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../.workspace/Failure.mjs';
import { rootPath } from '../.workspace/paths.mjs';
import { notices } from './notices.mjs';
import { reachableTypes } from './reachableTypes.mjs';
import { thirdPartyOf } from './thirdParty.mjs';

const compiled = /\.(?:d\.ts|js)$/;
const leftOut = /\.(?:map|tsbuildinfo)$|(?:^|\/)\.tsbuildinfo$/;
const mapComment = /\n?\/\/# sourceMappingURL=\S+\s*$/;

/** tsc leaves behind what it made of a source that is gone. */
const hasSource = (folder, path) => ['.ts', '.tsx'].some((suffix) => existsSync(join(folder, 'src', path.replace(compiled, suffix))));

const builtFiles = (folder) =>
  readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'dist').length + 1))
    .filter((path) => !leftOut.test(path) && (!compiled.test(path) || hasSource(folder, path)));

/** What the package.json names besides what is compiled. */
const otherFiles = (home, folders) =>
  folders
    .filter((folder) => folder !== 'dist')
    .flatMap((folder) => readdirSync(join(home, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1));

/** The page of a program, as its own command `__manual` writes it. */
const manualOf = (home) => {
  const { status, stdout } = spawnSync(process.execPath, [join(home, 'dist/main.js'), '__manual'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Failure('The manual was not made.');
  return stdout;
};

/** Lays out in `stage` what the tarball of a package holds, and nothing else. */
export const stagePackage = ({ folder, manifest: { files = [] } }, manifest, stage) => {
  const home = join(rootPath, folder);
  const put = (path, content) => {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), content);
  };
  rmSync(stage, { recursive: true, force: true });
  const types = reachableTypes(home, manifest);
  for (const path of builtFiles(home)) {
    if (path.endsWith('.d.ts') && !types.has(join('dist', path))) continue;
    const content = readFileSync(join(home, 'dist', path));
    put(join('dist', path), compiled.test(path) ? content.toString('utf8').replace(mapComment, '\n') : content);
  }
  if (manifest.man !== undefined) put(manifest.man[0], manualOf(home));
  for (const path of otherFiles(home, files)) put(path, readFileSync(join(home, path)));
  for (const page of readdirSync(home).filter((name) => name.endsWith('.md'))) put(page, readFileSync(join(home, page)));
  // The first release gives each package a changelog of its own.
  if (!existsSync(join(home, 'CHANGELOG.md'))) put('CHANGELOG.md', readFileSync(join(rootPath, 'CHANGELOG.md')));
  put('LICENSE', readFileSync(join(rootPath, 'LICENSE')));
  put('THIRD_PARTY_NOTICES.md', notices(thirdPartyOf(folder)));
  put('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
};
