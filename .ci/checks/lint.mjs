import { tool } from './tool.mjs';

export const lint = () => tool('eslint/bin/eslint.js', '.', '--max-warnings', '0');
