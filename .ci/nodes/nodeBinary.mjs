import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../.workspace/Failure.mjs';
import { stateFolder } from '../../.workspace/paths.mjs';
import { runQuietly } from '../../.workspace/runQuietly.mjs';

/** npm has Node's binaries as they are in packages of these names: the package `node` needs an install script. */
const packageName = `node-${process.platform}-${process.arch}`;

const isVersion = (binary, version) => {
  try {
    return execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim() === `v${version}`;
  } catch {
    return false;
  }
};

/**
 * The folder of a Node of exactly this version, to be put in front of PATH; downloaded where it is not kept from an
 * earlier run.
 *
 * @throws {Failure} where npm does not give it
 */
export const nodeFolder = async (version) => {
  const home = join(stateFolder, 'nodes', version);
  const folder = join(home, 'node_modules', packageName, 'bin');
  const binary = join(folder, 'node');
  if (isVersion(binary, version)) return folder;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const wanted = `${packageName}@${version}`;
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const { code, output } = await runQuietly('npm', ['install', '--prefix', home, ...flags, wanted], { npm_config_loglevel: 'error' });
  if (code !== 0) {
    throw new Failure(`npm did not give ${wanted}; nothing ran on Node ${version}. Can the registry be reached from here?\n${output.trimEnd()}`);
  }
  if (!isVersion(binary, version)) throw new Failure(`The Node of ${wanted} does not run here; nothing ran on Node ${version}.`);
  return folder;
};
