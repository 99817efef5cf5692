// usage: publish.mjs [--dry-run] [TARBALL…]. Publishes tarballs that `npm run pack` made, in this order; all of them, made anew, with
// the bill of materials beside them, where none is named. What the registry has already is passed over: after a failure run it again.
// npm takes the registry, the token and `provenance` from its own settings.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../.workspace/Failure.mjs';
import { rootPath } from '../.workspace/paths.mjs';
import { runQuietly } from '../.workspace/runQuietly.mjs';
import { billOfMaterials } from './billOfMaterials.mjs';
import { pack } from './pack.mjs';

const packAll = async () => {
  const folder = join(rootPath, 'tarballs');
  const packed = await pack(folder);
  const { version } = JSON.parse(readFileSync(join(rootPath, 'apps/cli/package.json'), 'utf8'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `account-data-${version}.cdx.json`), billOfMaterials(version));
  return packed.map(({ path }) => path);
};

const manifestIn = async (tarball) => {
  const { code, output } = await runQuietly('tar', ['-xzOf', tarball, 'package/package.json']);
  if (code !== 0) throw new Failure(`${tarball} can't be read: ${output.trimEnd()}`);
  return JSON.parse(output);
};

/** The registry can't be reached: that tells nothing about the tarballs. npm says so in one of these codes. */
class Unreachable extends Failure {}
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/;

/**
 * Asked once: npm itself would try for more than a minute.
 *
 * @throws {Failure} where the registry says neither
 */
const isPublished = async (name, version) => {
  const once = ['--fetch-retries=0', '--fetch-timeout=10000'];
  const { code, output } = await runQuietly('npm', ['view', `${name}@${version}`, 'version', '--loglevel=error', ...once]);
  if (code === 0) return output.trim() !== '';
  if (/E404/.test(output)) return false;
  if (unreachable.test(output)) throw new Unreachable(`The registry can't be reached, so that nothing is known of ${name} ${version}:\n${output.split('\n', 1)[0]}`);
  throw new Failure(`The registry does not say whether it has ${name} ${version}:\n${output.trimEnd()}`);
};

const publish = async (tarball, options) => {
  const { name, version } = await manifestIn(tarball);
  if (await isPublished(name, version)) {
    console.log(`${name} ${version} is there already`);
    return;
  }
  const { code, output } = await runQuietly('npm', ['publish', tarball, '--access=public', '--loglevel=error', ...options]);
  if (code !== 0) throw new Failure(`${name} ${version} was not published:\n${output.trimEnd()}`);
  console.log(`${name} ${version} ${options.length > 0 ? 'would be' : 'is'} published`);
};

const args = process.argv.slice(2);
const options = args[0] === '--dry-run' ? ['--dry-run'] : [];
const named = args.slice(options.length).map((path) => resolve(path));
try {
  for (const tarball of named.length > 0 ? named : await packAll()) await publish(tarball, options);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  if (error instanceof Unreachable && options.length > 0) console.log(`skipped the dry run: ${error.message}`);
  else {
    console.error(error.message);
    process.exitCode = 1;
  }
}
