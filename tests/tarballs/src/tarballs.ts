import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './checkout.js';
import { run } from './run.js';

/** What a package.json says, as far as these tests look. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A tarball that `npm run pack` made. */
export interface Tarball {
  readonly manifest: Manifest;
  readonly path: string;
  /** Paths within the package. */
  readonly files: ReadonlyArray<string>;
}

/** The packages of the workspace that are not private, as the checkout has them. */
export const publicManifests = (): ReadonlyArray<Manifest> =>
  ['packages', 'apps']
    .flatMap((group) => readdirSync(join(checkout, group)).map((name) => join(checkout, group, name, 'package.json')))
    .filter((path) => existsSync(path))
    .flatMap((path) => {
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
      return manifest.private === true ? [] : [manifest];
    });

/** Runs `npm run pack` into a folder. */
export const packInto = async (folder: string): Promise<ReadonlyArray<Tarball>> => {
  await run(process.execPath, [join(checkout, '.release', 'pack.mjs'), folder], checkout);
  return Promise.all(
    readdirSync(folder).map(async (name) => {
      const path = join(folder, name);
      const listed = await run('tar', ['-tzf', path], checkout);
      const manifest = JSON.parse(await run('tar', ['-xzOf', path, 'package/package.json'], checkout)) as Manifest;
      return { manifest, path, files: listed.trimEnd().split('\n').map((file) => file.replace(/^package\//, '')) };
    }),
  );
};

/** The names by which others import what a package exports. */
export const entriesOf = ({ name, exports }: Manifest): ReadonlyArray<string> => Object.keys(exports).map((path) => join(name, path));
