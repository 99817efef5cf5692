import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src/', import.meta.url));

/** What a file loads at once: imports of values, not those of types and not `import()`. */
const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm)].map(([, name = '']) => name);

/** The packages that are loaded with files of the command, and with all that these load. */
const packagesOf = (...files: ReadonlyArray<string>): ReadonlySet<string> => {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const waiting = files.map((file) => join(source, file));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) waiting.push(join(dirname(file), name.replace(/\.js$/, '.ts')));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  }
  return packages;
};

it('what the list of all commands loads is the parser and little else', () => {
  expect(packagesOf('main.ts')).toEqual(new Set(['@account-data/runtime', '@commander-js/extra-typings']));
});

it('what reads a data folder loads neither projection nor modules, nor the server or its client', () => {
  const loaded = packagesOf('main.ts', 'commands/get.ts', 'services/withTarget.ts', 'services/openFolder.ts', '../../server/src/configuration.ts');
  for (const heavy of ['client', 'service-api', 'engine', 'projection', 'modules', 'rooms', 'server', 'synapse-import', 'event-store-eventstoredb']) {
    expect(loaded).not.toContain(`@account-data/${heavy}`);
  }
});
