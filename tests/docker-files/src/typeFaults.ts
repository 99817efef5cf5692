import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};

/** What the libraries declare is parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says of a program that is written nowhere; its imports are found as those of this file are. */
export const typeFaults = (program: string): ReadonlyArray<string> => {
  const name = join(fileURLToPath(new URL('.', import.meta.url)), 'checked.generated.ts');
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    getSourceFile: (path, version, ...rest) => {
      if (path === name) return ts.createSourceFile(path, program, version);
      if (!parsed.has(path)) parsed.set(path, disk.getSourceFile(path, version, ...rest));
      return parsed.get(path);
    },
    fileExists: (path) => path === name || disk.fileExists(path),
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([name], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
};
