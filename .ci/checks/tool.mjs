import { join } from 'node:path';
import { rootPath } from '../../.workspace/paths.mjs';
import { runQuietly } from '../../.workspace/runQuietly.mjs';

/** Runs a tool of node_modules in the checkout. What it printed is the complaint, unless it exits with 0. */
export const tool = async (path, ...args) => {
  const { code, output } = await runQuietly(process.execPath, [join(rootPath, 'node_modules', path), ...args]);
  return code === 0 ? [] : [output.trimEnd() || `${path} exited with ${code}.`];
};
