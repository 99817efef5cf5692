import { fileURLToPath } from 'node:url';

/** Runs a Node program in this process as if it had been started with these arguments. */
export const runHere = async (program, args) => {
  process.argv = [process.execPath, fileURLToPath(program), ...args];
  process.setSourceMapsEnabled(true);
  await import(program.href);
};
