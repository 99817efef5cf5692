import { spawn } from 'node:child_process';
import { rootPath } from './paths.mjs';

/**
 * Runs a program in the checkout, or in another folder, without input, keeping what it prints.
 * A signal that asks this process to stop reaches the program first.
 *
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export const runQuietly = (command, args, env = {}, cwd = rootPath) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    const done = () => process.off('SIGINT', pass).off('SIGTERM', pass);
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('close', (code, signal) => {
      done();
      if (signal !== null) process.kill(process.pid, signal);
      resolve({ code, output });
    });
  });
