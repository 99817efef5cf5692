import { tool } from './tool.mjs';

/** The packages in the order of their references, each with the types it may see; then all of them with their tests. */
export const types = async () => [
  ...(await tool('typescript/bin/tsc', '-b')),
  ...(await tool('typescript/bin/tsc', '-p', 'tsconfig.check.json')),
];
