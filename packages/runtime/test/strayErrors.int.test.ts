import { execFileSync, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const packagePath = join(dirname(fileURLToPath(import.meta.url)), '..');
const built = pathToFileURL(join(packagePath, 'dist', 'index.js')).href;

beforeAll(() => {
  execFileSync(process.execPath, [join(packagePath, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc'), '-b', packagePath], { stdio: 'pipe' });
});

const run = (program: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { asyncScope, onStrayErrors } from '${built}';
       const scope = asyncScope();
       onStrayErrors((thrown, kind) => { console.log(kind, scope.current()); return scope.current() !== undefined; });
       ${program}`,
    ],
    { encoding: 'utf8' },
  );

const strays = {
  'a timer': ["setTimeout(() => { throw new Error('secret'); }, 1)", 'exception'],
  'an event': ["setImmediate(() => process.emit('error', new Error('secret')))", 'exception'],
  'a promise': ["void Promise.reject(new Error('secret'))", 'rejection'],
} as const;

describe.each(Object.entries(strays))('what %s throws', (_name, [code, kind]) => {
  it('is told in its context, and contained where the listener says so', () => {
    const { status, stdout, stderr } = run(`scope.run('a-module', () => { ${code}; }); setTimeout(() => console.log('goes on'), 50);`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${kind} a-module\ngoes on\n`, stderr: '' });
  });

  it('ends the process where it does not, and nothing of it is printed', () => {
    const { status, stdout, stderr } = run(`${code}; setTimeout(() => console.log('goes on'), 50);`);
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: `${kind} undefined\n`, stderr: '' });
  });
});
