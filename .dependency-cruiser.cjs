// Which way dependencies point, as errors. `npm run check` runs this on the TypeScript sources: packages resolve to
// each other's `src` by the export condition `source`.
//
//   domain ← event-store ← its adapters; projection, modules → domain and the port; engine → those; apps compose.

/** What each package may import of the others, besides itself. A package that is not named here may import none. */
const allowed = {
  domain: [],
  runtime: [],
  'event-store': ['domain', 'runtime'],
  'event-store-lmdb': ['event-store', 'runtime'],
  'event-store-eventstoredb': ['event-store', 'runtime'],
  projection: ['domain', 'event-store', 'runtime'],
  rooms: ['domain', 'event-store', 'runtime'],
  modules: ['domain', 'event-store', 'rooms', 'runtime'],
  engine: ['domain', 'event-store', 'modules', 'projection', 'rooms', 'runtime'],
  embedded: ['engine', 'event-store-lmdb', 'projection', 'runtime'],
  'module-audit-room': ['domain', 'modules'],
  'module-webhook': ['domain', 'modules'],
  'module-python': ['domain', 'module-webhook', 'modules', 'runtime'],
  'service-api': ['domain', 'event-store'],
  client: ['domain', 'service-api'],
  consumer: ['runtime'],
  'synapse-import': ['runtime'],
  'synapse-follow': ['domain', 'engine', 'event-store', 'runtime', 'synapse-import'],
};

const programs = {
  server: [],
  cli: ['server'],
  'audit-web': [],
};

/** Read by the check `architecture`, which holds the picture in ARCHITECTURE.md equal to them. */
const lists = { allowed, programs };

const source = (folder, name) => `^${folder}/${name}/src/`;
const anyOf = (names) => `(?:${names.join('|')})`;

const packageRules = Object.entries(allowed).map(([name, others]) => ({
  name: `${name}-imports`,
  comment: `packages/${name} may import of this workspace: ${others.length === 0 ? 'nothing' : others.join(', ')}.`,
  severity: 'error',
  from: { path: source('packages', name) },
  to: { path: '^(packages|apps|tests)/', pathNot: source('packages', anyOf([name, ...others])) },
}));

const programRules = Object.entries(programs).map(([name, others]) => ({
  name: `${name}-imports`,
  comment: `apps/${name} may import the packages and, of the programs: ${others.length === 0 ? 'none' : others.join(', ')}.`,
  severity: 'error',
  from: { path: source('apps', name) },
  to: { path: '^(apps|tests)/', pathNot: source('apps', anyOf([name, ...others])) },
}));

module.exports = {
  forbidden: [
    ...packageRules,
    ...programRules,
    {
      name: 'named-here',
      comment: 'A new package or program is added to the lists at the top, with what it may import.',
      severity: 'error',
      from: {
        path: '^(packages|apps)/[^/]+/src/',
        pathNot: [source('packages', anyOf(Object.keys(allowed))), source('apps', anyOf(Object.keys(programs)))],
      },
      to: {},
    },
    {
      name: 'examples-stand-alone',
      comment: 'An example is copied: it imports packages as anybody may, and nothing of the programs, of tests or of other examples.',
      severity: 'error',
      from: { path: '^apps/examples/([^/]+)/' },
      to: { path: '^(apps|tests)/', pathNot: '^apps/examples/$1/' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module, or lack one that both need.',
      severity: 'error',
      from: { path: '^(packages|apps|tests)/' },
      to: { circular: true },
    },
    {
      name: 'only-through-exports',
      comment: "Another package's files are its own: import what its package.json exports.",
      severity: 'error',
      from: { path: '^(packages|apps|tests)/([^/]+)/' },
      to: { path: '^(packages|apps|tests)/[^/]+/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-internal',
      comment: "Another package's internal folder is closed.",
      severity: 'error',
      from: { path: '^(packages|apps|tests)/([^/]+)/' },
      to: { path: '^(packages|apps|tests)/[^/]+/src/internal/', pathNot: '^$1/$2/' },
    },
    {
      name: 'source-does-not-import-tests',
      comment: 'What is shipped does not depend on tests.',
      severity: 'error',
      from: { path: '/src/', pathNot: '^tests/' },
      to: { path: '/test/' },
    },
    {
      name: 'no-development-dependencies',
      comment: 'What is shipped imports only what its package.json lists under dependencies.',
      severity: 'error',
      from: { path: '^(packages|apps|apps/examples)/[^/]+/src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional', 'type-only'] },
    },
    {
      name: 'no-undeclared-dependencies',
      comment: 'Add it to the package.json of the package that imports it.',
      severity: 'error',
      from: { path: '^(packages|apps|apps/examples)/[^/]+/src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'no-undeclared-dependencies-of-tests',
      comment: 'Add it to the package.json of the package that tests with it. vitest and fast-check are the whole workspace\'s.',
      severity: 'error',
      from: { path: '^((packages|apps|apps/examples)/[^/]+/test/|tests/)' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '/node_modules/(vitest|fast-check)/' },
    },
    {
      name: 'resolvable',
      comment: 'It does not resolve: a wrong path, or a dependency that is neither declared nor installed.',
      severity: 'error',
      from: { path: '^(packages|apps|tests)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-deprecated-core',
      comment: 'Node deprecates it.',
      severity: 'error',
      from: { path: '^(packages|apps|tests)/' },
      to: { dependencyTypes: ['deprecated'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The programs of tests/tarballs stand outside the workspace: what they import is installed there.
    exclude: { path: '(^|/)dist/|^apps/server/page/|^tests/tarballs/programs/' },
    combinedDependencies: false,
    preserveSymlinks: false,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};

// Not enumerable: dependency-cruiser takes no options it doesn't know.
Object.defineProperty(module.exports, 'lists', { value: lists });
