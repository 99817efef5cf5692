import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './Failure.mjs';
import { dependencyFingerprint, readMarker, writeMarker } from './freshness.mjs';
import { exclusively } from './lock.mjs';
import { rootPath } from './paths.mjs';
import { runQuietly } from './runQuietly.mjs';

const marker = 'installed';
const noNetwork = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|EHOSTUNREACH|FETCH_FAIL|FETCH_ERROR/;
const noSpace = /ENOSPC/;
const outdated = /ERR_PNPM_OUTDATED_LOCKFILE/;

const isInstalled = () =>
  existsSync(join(rootPath, 'node_modules', '.modules.yaml')) && readMarker(marker) === dependencyFingerprint();

const lastLines = (output) => output.trimEnd().split('\n').slice(-25).join('\n');

const reasonOf = (output) => {
  if (noNetwork.test(output)) return 'The npm registry could not be reached. Check the network or proxy, then run the same command again.';
  if (noSpace.test(output)) return 'The disk is full.';
  if (outdated.test(output)) return 'pnpm-lock.yaml does not match a package.json. Run `npx pnpm install` and commit the lockfile with it.';
  return 'Installing the dependencies failed.';
};

/** @throws {Failure} where the checkout can't be written to. */
export const demandWritable = (what) => {
  try {
    accessSync(rootPath, constants.W_OK);
  } catch {
    throw new Failure(`${what} has to write into ${rootPath}, which is read-only. Run it once where it can write, or make it writable.`);
  }
};

/** Installs the dependencies that the lockfile names, unless they are there. */
export const install = async () => {
  if (isInstalled()) return;
  demandWritable('Installing dependencies');
  const { packageManager } = JSON.parse(readFileSync(join(rootPath, 'package.json'), 'utf8'));
  await exclusively(
    async () => {
      if (isInstalled()) return;
      console.error('Installing dependencies…');
      const fingerprint = dependencyFingerprint();
      const { code, output } = await runQuietly(
        'npx',
        ['--yes', packageManager, 'install', '--frozen-lockfile', '--prefer-offline', '--config.confirm-modules-purge=false'],
        { npm_config_fetch_retry_mintimeout: '1000', npm_config_fetch_retry_maxtimeout: '10000', npm_config_loglevel: 'error' },
      );
      if (code !== 0) throw new Failure(`${lastLines(output)}\n\n${reasonOf(output)}`);
      writeMarker(marker, fingerprint);
    },
    () => console.error('Waiting for another command that is installing…'),
  );
};
