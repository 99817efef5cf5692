import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What a declaration takes from files beside it: `from './x.js'`, `import('./x.js')`, `import './x.js'`. */
const relative = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;

const isDeclaration = (path) => path.endsWith('.d.ts');

/** All texts anywhere in what `exports` of a package.json says. */
const textsIn = (value) => {
  if (typeof value === 'string') return [value];
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(textsIn);
};

/**
 * Of the declarations of a package, those that whoever imports it can come to, from what it exports on. The others are of files
 * that nobody can import.
 *
 * @returns {ReadonlySet<string>} paths from the package's folder
 */
export const reachableTypes = (home, { exports }) => {
  const found = new Set();
  const waiting = textsIn(exports).filter(isDeclaration).map((path) => normalize(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    for (const [, target] of readFileSync(join(home, path), 'utf8').matchAll(relative)) waiting.push(join(dirname(path), target.replace(/\.js$/, '.d.ts')));
  }
  return found;
};
