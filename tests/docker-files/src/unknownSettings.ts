import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Manifest } from './kustomization.js';
import { modelsOf } from './manifestSchema.js';

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};

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
  const name = join(fileURLToPath(new URL('.', import.meta.url)), 'manifests.generated.ts');
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    getSourceFile: (path, version, ...rest) =>
      path === name ? ts.createSourceFile(path, lines.join('\n'), version) : disk.getSourceFile(path, version, ...rest),
    fileExists: (path) => path === name || disk.fileExists(path),
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([name], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
};
