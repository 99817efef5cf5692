/** An object that a program gave: reading from it can run the program's code, and can throw. */
export type Unread = { readonly [key: string]: unknown };

/** An object literal, of this realm or another one, or one without a prototype. */
export const isPlainObject = (value: unknown): value is Unread => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || isForeignObjectPrototype(prototype);
};

const isForeignObjectPrototype = (prototype: unknown): boolean =>
  typeof prototype === 'object' &&
  prototype !== null &&
  Object.getPrototypeOf(prototype) === null &&
  Object.hasOwn(prototype, 'isPrototypeOf');

/** An array whose prototype is that of arrays, of this realm or another one: such prototypes are arrays themselves. */
export const isPlainArray = (value: object): value is ReadonlyArray<unknown> => {
  if (!Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Array.prototype || Array.isArray(prototype);
};
