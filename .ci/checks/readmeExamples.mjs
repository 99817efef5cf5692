import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { build } from '../../.workspace/build.mjs';
import { Failure } from '../../.workspace/Failure.mjs';
import { packageFolders } from '../../.workspace/freshness.mjs';
import { rootPath, stateFolder } from '../../.workspace/paths.mjs';
import { tool } from './tool.mjs';

const timeout = 60_000;
const exampleFolder = '.readme-examples';

const guides = 'docs/guides';

/** A page, and the package whose imports its examples have. Pages of no package see what tests/end-to-end depends on. */
const pages = () => [
  { page: 'README.md', home: 'tests/end-to-end' },
  ...readdirSync(join(rootPath, guides)).filter((name) => name.endsWith('.md')).map((name) => ({ page: join(guides, name), home: 'tests/end-to-end' })),
  ...packageFolders().map((folder) => ({ page: join(folder, 'README.md'), home: folder })),
];

/**
 * The TypeScript blocks of a page (```ts; ```ts no-run is compiled only), each a program of its own, put where the
 * imports of its package resolve.
 */
const examplesOf = ({ page, home: folder }) => {
  const path = join(rootPath, page);
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const home = join(rootPath, folder, exampleFolder);
  const name = page.replace(/\.md$/, '').replaceAll(/[^a-z0-9]+/gi, '-');
  return [...text.matchAll(/^```(?:ts|typescript)\b([^\n]*)\n(.*?)^```/gms)].map(([, info, code], index) => ({
    where: `${page}, example ${index + 1}`,
    path: join(home, `${name}-${index + 1}.ts`),
    home,
    code,
    runs: !/\bno-run\b/.test(info),
  }));
};

const compile = async (examples) => {
  const config = join(stateFolder, 'tsconfig.readme.json');
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(
    config,
    JSON.stringify({
      extends: relative(stateFolder, join(rootPath, 'tsconfig.check.json')),
      compilerOptions: { incremental: false, tsBuildInfoFile: null, noUnusedLocals: false, noUnusedParameters: false },
      include: [join(rootPath, 'packages/*/src/**/*.d.ts')],
      files: examples.map(({ path }) => path),
    }),
  );
  return tool('typescript/bin/tsc', '-p', config);
};

const run = ({ where, path, code }) =>
  new Promise((resolve) => {
    const program = path.replace(/\.ts$/, '.mjs');
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    });
    writeFileSync(program, outputText);
    const cwd = mkdtempSync(join(tmpdir(), 'account-data-readme-'));
    let output = '';
    const child = spawn(process.execPath, [program], { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout, killSignal: 'SIGKILL' });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('close', (exitCode, signal) => {
      rmSync(cwd, { recursive: true, force: true });
      if (exitCode === 0) resolve([]);
      else resolve([`${where}: ended with ${signal === null ? exitCode : `${signal} after ${timeout} ms`}\n${output.trimEnd()}`]);
    });
  });

/** The examples of all READMEs and guides are compiled against the sources and run against what was built. */
export const readmeExamples = async () => {
  const examples = pages().flatMap(examplesOf);
  const homes = [...new Set(examples.map(({ home }) => home))];
  if (examples.length === 0) return [];
  try {
    for (const home of homes) mkdirSync(home, { recursive: true });
    for (const { path, code } of examples) writeFileSync(path, code);
    const complaints = await compile(examples);
    if (complaints.length > 0) return complaints;
    await build('everything');
    for (const example of examples) if (example.runs) complaints.push(...(await run(example)));
    return complaints;
  } catch (error) {
    if (error instanceof Failure) return [error.message];
    throw error;
  } finally {
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  }
};
