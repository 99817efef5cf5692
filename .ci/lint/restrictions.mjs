// `no-restricted-syntax` and `no-restricted-imports` don't merge between configuration objects: each place that sets
// them puts together the whole list from here.

export const syntax = {
  defaultExport: { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  castThroughUnknown: {
    selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
    message: 'A cast through unknown hides a wrong type: decode the value, or fix the type.',
  },
  presentTime: {
    selector: ":matches(NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date'])",
    message: 'The present time comes from the Clock port.',
  },
  redirectError: {
    selector: "Property[key.name='redirect'] Literal[value='error']",
    message: "With redirect 'error', fetch on Node 20 and 22 forgets its signal at a garbage collection: use 'manual', and refuse a redirect.",
  },
  anyOfTimeout: {
    selector: "CallExpression[callee.object.name='AbortSignal'][callee.property.name='any'] MemberExpression[object.name='AbortSignal'][property.name='timeout']",
    message: 'Node 20 forgets a timeout within AbortSignal.any at a garbage collection: abort a controller by a timer.',
  },
  focusedOrSkippedTest: {
    selector:
      "CallExpression > MemberExpression.callee[object.name=/^(it|test|describe|suite|bench)$/][property.name=/^(only|skip|todo)$/]",
    message: 'Run every test. One that needs what is not there says so with skipIf or context.skip(reason).',
  },
};

export const imports = {
  fpTs: {
    regex: '^fp-ts($|/(?!lib/[A-Za-z]+\\.js$))',
    message: "Import 'fp-ts/lib/X.js': fp-ts has no exports map, and its other paths fail in Node's own ESM.",
  },
  ioTs: {
    regex: '^io-ts/(?!lib/[A-Za-z]+\\.js$)',
    message: "Import 'io-ts' or 'io-ts/lib/X.js'.",
  },
  dist: {
    // Grafana's package exports the options of each kind of panel by such a name.
    regex: '^(?!@grafana/schema/dist/esm/raw/).*/dist/',
    message: "Import another package by its name, never its compiled files.",
  },
  nodeTimers: { regex: '^(node:)?timers', message: 'Timers come from the Timers port.' },
  nodeRandom: {
    regex: '^(node:)?crypto$',
    importNames: ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'randomFill', 'webcrypto'],
    message: 'Randomness comes from the Random port.',
  },
  nodePerformance: { regex: '^(node:)?perf_hooks$', importNames: ['performance'], message: 'Time comes from the Clock port.' },
  node: {
    regex: '^node:',
    message: 'This package runs anywhere: what it needs of Node comes in as an argument.',
  },
};

export const restrictSyntax = (...names) => ['error', ...names.map((name) => syntax[name])];

export const restrictImports = (...names) => ['error', { patterns: names.map((name) => imports[name]) }];
