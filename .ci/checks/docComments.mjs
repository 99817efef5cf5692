import { existsSync, readFileSync } from 'node:fs';
import { runQuietly } from '../../.workspace/runQuietly.mjs';

const onlyCategory = /\/\*\*[\s*]*@category \w+[\s*]*\*\/\s*export (?:abstract |async |declare )*\w+\*? (\w+)/g;

/** A doc comment says what something is: its category alone tells nobody. */
export const docComments = async () => {
  const { code, output } = await runQuietly('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'packages', 'apps']);
  if (code !== 0) return [`git ls-files failed: ${output}`];
  return output
    .trimEnd()
    .split('\n')
    .filter((path) => /\/src\/.*\.ts$/.test(path) && existsSync(path))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(onlyCategory)].map(([, name]) => `${path}: say in one sentence what ${name} is, before its @category`),
    );
};
