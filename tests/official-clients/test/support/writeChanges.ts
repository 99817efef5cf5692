import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../../dist/writeChanges.js', import.meta.url));

/** Writes changes from a process of its own; a user without a type is erased. */
export const writeChanges = async (
  { connectionString, prefix = '' }: { readonly connectionString: string; readonly prefix?: string },
  ...changes: ReadonlyArray<readonly [userId: string, type?: string]>
): Promise<void> => {
  await promisify(execFile)(process.execPath, [program, connectionString, prefix, JSON.stringify(changes)]);
};
