import { restrictImports, restrictSyntax } from './restrictions.mjs';

const fromPort = (port, ...names) => names.map((name) => ({ name, message: `Take it from the ${port} port.` }));
const memberFromPort = (port, ...names) =>
  names.map(([object, property]) => ({ object, property, message: `Take it from the ${port} port.` }));

/** For libraries: nothing reads the outside world but through its ports. */
export const worldlessRules = {
  'no-restricted-globals': [
    'error',
    ...fromPort('Timers', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'),
    ...fromPort('Clock', 'performance'),
    ...fromPort('network', 'fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'),
  ],
  'no-restricted-properties': [
    'error',
    ...memberFromPort('Clock', ['Date', 'now'], ['performance', 'now'], ['process', 'hrtime'], ['process', 'uptime']),
    ...memberFromPort('Random', ['Math', 'random'], ['crypto', 'randomUUID'], ['crypto', 'getRandomValues']),
    ...memberFromPort('Timers', ['AbortSignal', 'timeout'], ['globalThis', 'setTimeout'], ['globalThis', 'setInterval']),
    ...memberFromPort('Timers', ['globalThis', 'setImmediate']),
    ...memberFromPort('network', ['globalThis', 'fetch']),
  ],
  'no-restricted-syntax': restrictSyntax('defaultExport', 'castThroughUnknown', 'redirectError', 'anyOfTimeout', 'focusedOrSkippedTest', 'presentTime'),
  'no-restricted-imports': restrictImports('fpTs', 'ioTs', 'dist', 'nodeTimers', 'nodeRandom', 'nodePerformance'),
};

/** For libraries that need nothing of Node at all. */
export const pureSourceRules = {
  'no-restricted-imports': restrictImports('fpTs', 'ioTs', 'dist', 'node'),
};
