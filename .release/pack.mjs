// usage: pack.mjs [FOLDER]. Makes the tarball of every released package in FOLDER (./tarballs), as npm would publish it,
// and prints their paths. Each is laid out anew from what was built: dist, the package's pages, LICENSE, changelog, notices.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../.workspace/Failure.mjs';
import { rootPath, stateFolder } from '../.workspace/paths.mjs';
import { runQuietly } from '../.workspace/runQuietly.mjs';
import { catalogOf } from './catalog.mjs';
import { publicPackages } from './publicPackages.mjs';
import { releasedManifest } from './releasedManifest.mjs';
import { stagePackage } from './stage.mjs';

/** Where the code is, where a workflow says it: what npm holds a statement of provenance against. */
const repositoryOf = ({ GITHUB_SERVER_URL, GITHUB_REPOSITORY }) =>
  GITHUB_SERVER_URL === undefined || GITHUB_REPOSITORY === undefined ? undefined : `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;

/**
 * Makes the tarballs, in the order in which they can be published.
 *
 * @returns {Promise<ReadonlyArray<{ name: string, version: string, path: string, size: number, unpackedSize: number }>>} sizes in bytes
 */
export const pack = async (folder) => {
  const packages = publicPackages();
  const versions = Object.fromEntries(packages.map(({ manifest }) => [manifest.name, manifest.version]));
  const catalog = catalogOf(readFileSync(join(rootPath, 'pnpm-workspace.yaml'), 'utf8'));
  const stages = join(stateFolder, 'stages');
  rmSync(stages, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const staged = packages.map((one) => {
    const stage = join(stages, one.folder);
    stagePackage(one, releasedManifest(one, { versions, catalog, repository: repositoryOf(process.env) }), stage);
    return stage;
  });
  const { code, output, json } = await npmPack(staged, folder);
  if (code !== 0) throw new Failure(`npm pack failed:\n${output.trimEnd()}`);
  return json.map(({ name, version, filename, size, unpackedSize }) => ({ name, version, path: join(folder, filename), size, unpackedSize }));
};

const npmPack = async (stages, folder) => {
  const { code, output } = await runQuietly('npm', ['pack', '--json', '--loglevel=error', '--ignore-scripts', '--pack-destination', folder, ...stages]);
  return { code, output, json: code === 0 ? listOf(JSON.parse(output)) : [] };
};

/** npm 12 tells the packages by name, those before it as a list. */
const listOf = (answer) => (Array.isArray(answer) ? answer : Object.values(answer));

if (process.argv[1] === import.meta.filename) {
  const packed = await pack(resolve(process.argv[2] ?? 'tarballs'));
  for (const { path, size } of packed) console.log(`${path}  ${(size / 1024).toFixed(1)} KiB`);
}
