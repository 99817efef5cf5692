import { tool } from './tool.mjs';

export const boundaries = () =>
  tool('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'packages', 'apps', 'tests');
