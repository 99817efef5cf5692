import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { readFileSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../src/checkout.js';
import { installStrictly, installWithNpm, makeProject } from '../src/projects.js';
import { run } from '../src/run.js';
import { serveByNpx } from '../src/serveByNpx.js';
import { type Registry, serveRegistry } from '../src/serveRegistry.js';
import { entriesOf, packInto, publicManifests, type Tarball } from '../src/tarballs.js';

const names = publicManifests().map(({ name }) => name);
const programs = join(checkout, 'tests', 'tarballs', 'programs');
const programOf = (name: string): string => name.replace('@account-data/', '');
/** Each by itself takes long: `.ci/full` does so, on every Node. */
const alone = names.filter((name) => process.env['ACCOUNT_DATA_EACH_ALONE'] === 'true' || name === '@account-data/cli');
/** The most that a tarball may weigh, in KiB: what is more is meant, or a mistake. */
const budgets = JSON.parse(readFileSync(join(checkout, 'tests', 'tarballs', 'budgets.json'), 'utf8')) as Readonly<Record<string, number>>;

let folder: string;
let tarballs: ReadonlyArray<Tarball>;
let registry: Registry;
let project: string;

const tarballOf = (name: string): Tarball => {
  const found = tarballs.find(({ manifest }) => manifest.name === name);
  if (found === undefined) throw new Error(`${name} has no tarball.`);
  return found;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-data-tarballs-'));
  tarballs = await packInto(join(folder, 'tarballs'));
  registry = await serveRegistry(tarballs);
  const versions = Object.fromEntries(tarballs.map(({ manifest }) => [manifest.name, manifest.version]));
  const tools = { typescript: '5.9.3', '@types/node': '^20.19.0', 'fp-ts': '2.16.11', 'io-ts': '2.2.22', 'fast-check': '^4.10.2', vitest: '^4.1.12' };
  project = await makeProject(join(folder, 'project'), registry, { ...versions, ...tools });
  await installStrictly(project);
});

afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the tarballs', () => {
  it('are of every package that is not private, and each has a program that uses it', () => {
    expect(tarballs.map(({ manifest }) => manifest.name).sort()).toEqual([...names].sort());
    expect(readdirSync(programs).sort()).toEqual(names.map((name) => `${programOf(name)}.ts`).sort());
  });

  it.each(names)('%s: holds what is meant, with real versions', (name) => {
    const { files, manifest } = tarballOf(name);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'THIRD_PARTY_NOTICES.md']));
    expect(files.filter((file) => !/^(?:package\.json|LICENSE|[A-Z_]+\.md|dist\/.+|page\/.+\.(?:html|js|css|svg)|man\/[a-z-]+\.1|program\/.+\.(?:py|toml))$/.test(file) || /\.map$|tsbuildinfo|\.test\./.test(file))).toEqual([]);
    expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:|"source"|devDependencies/);
  });

  it.each(names)('%s: publint and Are The Types Wrong find nothing', async (name) => {
    const data = readFileSync(tarballOf(name).path);
    const { messages } = await publint({ pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) } });
    expect(messages).toEqual([]);
    const analysis = await checkPackage(createPackageFromTarballData(data));
    expect(analysis.types === false ? 'no types' : analysis.problems.filter((problem) => !isOfEsmOnly(problem))).toEqual([]);
  });

  it.each(names)('%s: weighs no more than its budget', async (name) => {
    const { size } = await stat(tarballOf(name).path);
    expect(size / 1024).toBeLessThanOrEqual(budgets[name] ?? 0);
  });
});

/** Packages of ES modules alone: CommonJS requires them where Node has it, and resolution before Node 16 knows no `exports`. */
const isOfEsmOnly = (problem: Problem): boolean =>
  problem.kind === 'CJSResolvesToESM' || ('resolutionKind' in problem && problem.resolutionKind === 'node10');

describe('installed in an empty project, where each sees only what it depends on', () => {
  const printed = (text: string): unknown => JSON.parse(text.slice(text.indexOf('{')));

  it('everything that is exported can be imported and required, with the same names', async () => {
    const entries = tarballs.flatMap(({ manifest }) => entriesOf(manifest));
    const program = (get: string): string =>
      `(async () => { const found = {}; for (const name of ${JSON.stringify(entries)}) found[name] = Object.keys(${get}).sort(); console.log(JSON.stringify(found)); })();`;
    await writeFile(join(project, 'names.mjs'), program('await import(name)'));
    await writeFile(join(project, 'names.cjs'), program('require(name)'));
    const imported = printed(await run(process.execPath, ['names.mjs'], project)) as Readonly<Record<string, ReadonlyArray<string>>>;
    expect(Object.entries(imported).filter(([, found]) => found.length === 0)).toEqual([]);
    expect(printed(await run(process.execPath, ['names.cjs'], project))).toEqual(imported);
  });

  it.each([
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ])('the programs have types with module %s and moduleResolution %s', async (module, moduleResolution) => {
    await cp(programs, join(project, 'programs'), { recursive: true });
    const compilerOptions = {
      ...{ module, moduleResolution, target: 'es2023', lib: ['es2023'], types: ['node'], strict: true, skipLibCheck: true },
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, outDir: `run-${moduleResolution}`, rootDir: 'programs' },
    };
    const config = join(project, `tsconfig.${moduleResolution}.json`);
    await writeFile(config, JSON.stringify({ compilerOptions, include: ['programs'] }));
    expect(await run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', config], project)).toBe('');
  });

  it.each(names)('%s: its program runs', async (name) => {
    const [, expected] = /^\/\/ prints: (.*)$/m.exec(readFileSync(join(programs, `${programOf(name)}.ts`), 'utf8')) ?? [];
    const cwd = join(folder, programOf(name));
    await mkdir(cwd);
    expect(await run(process.execPath, [join(project, 'run-node16', `${programOf(name)}.js`)], cwd)).toBe(`${String(expected)}\n`);
  });
});

describe('a release', () => {
  it('gives all packages the next version, and each a changelog, in a dry run that changes nothing', async () => {
    const { version, changelogs } = JSON.parse(
      await run(process.execPath, ['--input-type=module', '-e', `const { dryRun } = await import('./.release/release.mjs'); console.log(JSON.stringify(await dryRun()));`], checkout),
    ) as { readonly version: string; readonly changelogs: ReadonlyArray<{ readonly name: string; readonly changelog: string }> };
    expect(version).not.toBe(tarballOf('@account-data/cli').manifest.version);
    expect(changelogs.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(changelogs.filter(({ name, changelog }) => !changelog.startsWith(`# ${name}\n\n## ${version}\n`))).toEqual([]);
  });

  it('has a bill of materials that names what comes with it', async () => {
    const text = await run(process.execPath, ['--input-type=module', '-e', `const { billOfMaterials } = await import('./.release/billOfMaterials.mjs'); console.log(billOfMaterials('1.2.3'));`], checkout);
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
    const { components } = JSON.parse(text) as { readonly components: ReadonlyArray<{ readonly purl: string; readonly licenses: ReadonlyArray<unknown> }> };
    expect(components.map(({ purl }) => purl)).toEqual(expect.arrayContaining([expect.stringMatching(/^pkg:npm\/fastify@/), expect.stringMatching(/^pkg:npm\/%40account-data\/cli@/)]));
    expect(components.filter(({ licenses }) => licenses.length !== 1)).toEqual([]);
  });

  it('publishes what the registry has not, in a dry run', async () => {
    const empty = await serveRegistry([]);
    const [first, ...rest] = tarballs.map(({ path }) => path);
    // Each is a call of npm: `.ci/full` makes all of them.
    const chosen = [first ?? '', ...(process.env['ACCOUNT_DATA_EACH_ALONE'] === 'true' ? rest : [])];
    const publish = ({ url }: Registry) => run(process.execPath, [join(checkout, '.release', 'publish.mjs'), '--dry-run', ...chosen], checkout, { npm_config_registry: url });
    try {
      expect((await publish(empty)).match(/ would be published$/gm)).toHaveLength(chosen.length);
      expect((await publish(registry)).match(/ is there already$/gm)).toHaveLength(chosen.length);
    } finally {
      await empty.close();
    }
  });

  it('asks a registry that does not answer once: a dry run says that it was skipped, a publication fails', async () => {
    let asked = 0;
    const gone = createServer((socket) => {
      asked += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((gone.address() as AddressInfo).port)}/`;
    const publish = (...options: ReadonlyArray<string>) =>
      run(process.execPath, [join(checkout, '.release', 'publish.mjs'), ...options, tarballs[0]?.path ?? ''], checkout, { npm_config_registry: url });
    try {
      expect(await publish('--dry-run')).toMatch(/^skipped the dry run: The registry can't be reached/);
      await expect(publish()).rejects.toThrow("The registry can't be reached");
      expect(asked).toBe(2);
    } finally {
      gone.close();
    }
  });
});

describe('installed with npm, alone', () => {
  const install = async (name: string): Promise<string> => {
    const at = await makeProject(join(folder, `${programOf(name)}-alone`), registry, { [name]: tarballOf(name).manifest.version });
    await installWithNpm(at);
    return at;
  };

  it.each(alone)('%s: everything that it exports can be imported', async (name) => {
    const at = await install(name);
    const own = entriesOf(tarballOf(name).manifest).filter((entry) => !entry.endsWith('/testing') && !entry.endsWith('/contract'));
    await run(process.execPath, ['--input-type=module', '-e', own.map((entry) => `await import('${entry}');`).join('')], at);
  });

  it('npx @account-data/cli serve is the whole server', async () => {
    const server = await serveByNpx(join(folder, 'cli-alone'));
    try {
      const put = await fetch(`${server.url}/v1/users/@alice:example.org/account_data/org.example.theme`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
        body: '{"dark":true}',
      });
      expect(put.status).toBe(200);
    } finally {
      await server.stop();
    }
  });
});
