// usage: main.mjs smoke|full REPORTS. Runs tests on each supported Node, one after the other, and leaves a report of each
// in the folder REPORTS. `smoke`: that the server starts and does its main job, and the stores, in the checkout as it is
// built; `full`: all tests, by `npm test`.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { Failure } from '../../.workspace/Failure.mjs';
import { rootPath } from '../../.workspace/paths.mjs';
import { nodeFolder } from './nodeBinary.mjs';
import { nodeVersions, reportOf } from './versions.mjs';

const smoke = [
  ...['npmStart', 'mainJob', 'ownModule'].map((name) => `tests/end-to-end/test/${name}.e2e.test.ts`),
  ...['event-store/', 'event-store-lmdb/', 'projection/test/lmdb'].map((path) => `packages/${path}`),
];

const commands = {
  smoke: ['node', ['node_modules/vitest/vitest.mjs', 'run', ...smoke]],
  full: ['npm', ['test']],
};

const run = ([program, args], env) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: rootPath, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(code);
    });
  });

const [what, reports] = process.argv.slice(2);
if (!Object.hasOwn(commands, what ?? '') || reports === undefined) {
  console.error(`usage: main.mjs ${Object.keys(commands).join('|')} REPORTS`);
  process.exit(2);
}

for (const version of nodeVersions) {
  console.log(`\nNode ${version}:`);
  try {
    const folder = await nodeFolder(version);
    const code = await run(commands[what], {
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      ACCOUNT_DATA_TEST_REPORT: join(reports, reportOf(version)),
    });
    if (code !== 0) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Without a report it counts as failed.
    console.log(error.message);
    process.exitCode = 1;
  }
}
