import { Failure } from '../.workspace/Failure.mjs';

const kept = ['name', 'version', 'description', 'license', 'type', 'bin', 'man', 'engines', 'sideEffects', 'peerDependenciesMeta'];
const dependencyKinds = ['dependencies', 'peerDependencies', 'optionalDependencies'];

/** The sources are not in the tarball, nor is what is closed by being left out. */
const releasedExports = (value) =>
  typeof value !== 'object' || value === null
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .filter(([key, target]) => key !== 'source' && target !== null)
          .map(([key, target]) => [key, releasedExports(target)]),
      );

/**
 * The package.json that strangers get: real versions for those of the workspace and the catalog, and nothing that only the
 * checkout needs.
 *
 * @param versions of the packages of the workspace that are released, by name
 * @param catalog the versions that pnpm-workspace.yaml names
 * @param repository where the code is, as `https://HOST/OWNER/NAME`, where that is known
 * @throws {Failure} where a package depends on one that is not released
 */
export const releasedManifest = ({ folder, manifest }, { versions, catalog, repository }) => {
  const realVersion = (name, range) => {
    if (range === 'catalog:') return catalog[name] ?? fail(`${folder}: ${name} is not in the catalog of pnpm-workspace.yaml.`);
    if (!range.startsWith('workspace:')) return range;
    return versions[name] ?? fail(`${folder} is released and depends on ${name}, which is not: make that public, or this private.`);
  };
  const released = Object.fromEntries(kept.flatMap((key) => (manifest[key] === undefined ? [] : [[key, manifest[key]]])));
  if (repository !== undefined) released.repository = { type: 'git', url: `git+${repository}.git`, directory: folder };
  released.exports = releasedExports(manifest.exports);
  for (const kind of dependencyKinds) {
    const ranges = Object.entries(manifest[kind] ?? {});
    if (ranges.length > 0) released[kind] = Object.fromEntries(ranges.map(([name, range]) => [name, realVersion(name, range)]));
  }
  return { ...released, publishConfig: { access: 'public' } };
};

const fail = (message) => {
  throw new Failure(message);
};
