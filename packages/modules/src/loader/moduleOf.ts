import * as E from 'fp-ts/lib/Either.js';
import { type ModuleClass, type ModuleDefinition, moduleFromClass } from '../api/ModuleDefinition.js';

/** What a file may export its module as, the first one first. */
const exportNames = ['module', 'default', 'Module'];

const isDefinition = (value: unknown): value is ModuleDefinition =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'parseConfig' in value &&
  typeof value.parseConfig === 'function' &&
  'setUp' in value &&
  typeof value.setUp === 'function';

const isClass = (value: unknown): value is ModuleClass<unknown> =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

/** The module that a file exports, in the function form or the class form. Left: what is wrong. */
export const moduleOf = (exported: unknown, fallbackName: string): E.Either<string, ModuleDefinition> => {
  if (typeof exported !== 'object' || exported === null) return E.left('exports nothing');
  const members = new Map<string, unknown>(Object.entries(exported));
  for (const name of exportNames) {
    const member = members.get(name);
    if (isDefinition(member)) return E.right(member);
    if (isClass(member)) return E.right(moduleFromClass(member, fallbackName));
  }
  const candidates = [...members.values()].filter((member) => isDefinition(member) || isClass(member));
  const [only] = candidates;
  if (candidates.length === 1) {
    if (isDefinition(only)) return E.right(only);
    if (isClass(only)) return E.right(moduleFromClass(only, fallbackName));
  }
  return E.left(
    candidates.length === 0
      ? 'exports no module: make one with defineModule, or a class with a constructor (config, api)'
      : "exports several modules: name the one that is meant 'module'",
  );
};
