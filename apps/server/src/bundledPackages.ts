/** A package that is in the same file as this program: what it exports, and its one instance. @category model */
export interface BundledPackage {
  readonly names: ReadonlyArray<string>;
  readonly load: () => Promise<unknown>;
}

/** By the name that it is imported by. @category model */
export type BundledPackages = ReadonlyMap<string, BundledPackage>;

/** Where `.release/bundle.mjs` leaves them, and the modules below take them from. */
const place = 'account-data.bundled';

/** Those of this program; empty where it runs from installed packages. @category constructors */
export const bundledPackages = (): BundledPackages => {
  const found: unknown = Reflect.get(globalThis, Symbol.for(place));
  return found instanceof Map ? (found as BundledPackages) : new Map();
};

const scheme = 'account-data-bundled:';

/** The URL of a bundled package. @category constructors */
export const bundledUrl = (specifier: string): string => `${scheme}${specifier}`;

/** The package that a URL is of; undefined where it is of something else. @category destructors */
export const bundledSpecifier = (url: string): string | undefined => (url.startsWith(scheme) ? url.slice(scheme.length) : undefined);

/** A module that exports what the instance in the bundle does. @category constructors */
export const bundledModule = (specifier: string, names: ReadonlyArray<string>): string => {
  const from = `globalThis[Symbol.for(${JSON.stringify(place)})].get(${JSON.stringify(specifier)})`;
  const taken = names.map((name, index) => `const v${String(index)} = all[${JSON.stringify(name)}];\nexport { v${String(index)} as ${JSON.stringify(name)} };\n`);
  return `const all = await ${from}.load();\n${taken.join('')}`;
};
