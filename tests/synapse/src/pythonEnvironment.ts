import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A Python with packages of PyPI. `missing` says why it can't be had on this machine, for the titles of the tests that are
 * skipped then. @category model
 */
export type PythonEnvironment =
  | { readonly python: string; readonly missing: undefined }
  | { readonly python: undefined; readonly missing: string };

/** What CI takes as the one good reason for a test that did not run: it stands in `.ci/summarize.mjs`, too. */
const noPyPi = "PyPI can't be reached";

const script = fileURLToPath(new URL('../python/ensure_environment.py', import.meta.url));

/** One for all checkouts of this machine's user. */
const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'account-data-engine', 'python');

const made = new Map<string, Promise<PythonEnvironment>>();

const makeEnvironment = async (requirements: string): Promise<PythonEnvironment> => {
  let version: string;
  try {
    version = (await run('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version, sys.base_prefix)'])).stdout;
  } catch {
    return { python: undefined, missing: 'python3 with venv is not there' };
  }
  const key = createHash('sha256').update(version).update(readFileSync(script)).update(readFileSync(requirements));
  const folder = join(cacheFolder(), key.digest('hex').slice(0, 16));
  try {
    const { stdout } = await run('python3', [script, folder, requirements], { maxBuffer: 2 ** 24 });
    return { python: stdout.trim(), missing: undefined };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 3) return { python: undefined, missing: noPyPi };
    throw error;
  }
};

/**
 * A Python with the pinned packages of a file, installed once for this machine's user and kept.
 *
 * @throws {Error} with what pip said, where the packages can't be installed although PyPI can be reached
 * @category constructors
 */
export const pythonEnvironment = (requirements: string): Promise<PythonEnvironment> => {
  const environment = made.get(requirements) ?? makeEnvironment(requirements);
  made.set(requirements, environment);
  return environment;
};

const requirementsOf = (name: string): string => fileURLToPath(new URL(`../requirements/${name}.txt`, import.meta.url));

/** The Python that has Synapse. @category constructors */
export const synapseEnvironment = (): Promise<PythonEnvironment> => pythonEnvironment(requirementsOf('synapse'));

/** A Python that has attrs, which Synapse's documented modules import, and nothing else. @category constructors */
export const attrsEnvironment = (): Promise<PythonEnvironment> => pythonEnvironment(requirementsOf('attrs'));

/** A Python that has the Matrix clients matrix-nio and mautrix. @category constructors */
export const clientsEnvironment = (): Promise<PythonEnvironment> => pythonEnvironment(requirementsOf('clients'));

const page = 'modules/account_data_callbacks.md';

/**
 * The module that Synapse's documentation shows on its page about account data callbacks, to the letter; asked for with a
 * Python that has pip.
 *
 * @throws {Error} where the page shows none
 * @category constructors
 */
export const documentedModule = async (python: string): Promise<string> => {
  const version = /^matrix-synapse==(.+)$/m.exec(readFileSync(requirementsOf('synapse'), 'utf8'))?.[1] ?? '';
  const fetching = fileURLToPath(new URL('../python/fetch_documentation.py', import.meta.url));
  const { stdout } = await run(python, [fetching, join(cacheFolder(), `documentation-${version}`), version]);
  const text = readFileSync(join(stdout.trim(), page), 'utf8');
  const blocks = [...text.matchAll(/^```python\n([^]*?)^```/gm)].map(([, block = '']) => block);
  const found = blocks.find((block) => block.includes('class CustomAccountDataModule'));
  if (found === undefined) throw new Error(`${page} of Synapse ${version} shows no module.`);
  return found;
};

/**
 * The title of a suite that needs an environment: `describe.skipIf(environment.missing !== undefined)(titleOf(…), …)` says
 * why it was skipped.
 *
 * @category destructors
 */
export const titleOf = (title: string, { missing }: PythonEnvironment): string =>
  missing === undefined ? title : `${title} (skipped: ${missing})`;
