// `npm run dev -- ARGUMENTS`: the server, compiled anew and started again whenever a source changes. What the compiler says stands
// between what the server says.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { rootPath } from './paths.mjs';

const start = (...args) => spawn(process.execPath, args, { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() });

const programs = [
  start(join(rootPath, 'node_modules/typescript/bin/tsc'), '-b', join(rootPath, 'apps/cli'), '--watch', '--preserveWatchOutput'),
  // Node restarts it when a file changes that it has loaded.
  start('--watch', '--watch-preserve-output', join(rootPath, 'apps/cli/dist/main.js'), 'serve', ...process.argv.slice(2)),
];

const stop = (signal) => {
  for (const program of programs) program.kill(signal);
};
process.once('SIGINT', stop).once('SIGTERM', stop);
for (const program of programs) program.once('exit', () => stop('SIGTERM'));
