import type { Manifest } from './kustomization.js';
import { modelsOf } from './manifestSchema.js';
import { typeFaults } from './typeFaults.js';

/**
 * Settings that no kind has, in manifests. The published schemas let them through, and so would a cluster, with a warning
 * at most; the types made from them do not, where an object is written out.
 */
export const unknownSettings = (manifests: ReadonlyArray<Manifest>): ReadonlyArray<string> => {
  const lines = manifests.map((manifest, index) => {
    // Which kind it is of stands in the class.
    const { apiVersion: _version, kind, ...settings } = manifest;
    const name = `Kind${String(index)}`;
    return `import { ${kind} as ${name} } from '${modelsOf(manifest)}';\nnew ${name}(${JSON.stringify(settings)});`;
  });
  return typeFaults(lines.join('\n'));
};
