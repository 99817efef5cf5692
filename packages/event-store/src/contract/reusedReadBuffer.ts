/** The names of a prototype's methods. */
const methodsOf = (prototype: object): ReadonlyArray<string> =>
  Object.getOwnPropertyNames(prototype).filter(
    (name) => name !== 'constructor' && typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function',
  );

const methods = new Set([...methodsOf(Object.getPrototypeOf(Uint8Array.prototype) as object), ...methodsOf(Buffer.prototype as object)]);

/** A longer buffer whose property `length` can be overwritten, though its methods go by the size of its memory. */
const readBuffer = (size: number): Buffer => {
  const memory = Buffer.alloc(size);
  const buffer = Buffer.from(memory.buffer, memory.byteOffset, size);
  Object.defineProperty(buffer, 'length', { value: size, writable: true, configurable: true });
  for (const name of methods) {
    const method: unknown = Reflect.get(memory, name);
    if (typeof method !== 'function') continue;
    Object.defineProperty(buffer, name, { value: (...args: ReadonlyArray<unknown>): unknown => Reflect.apply(method, memory, args) });
  }
  return buffer;
};

/**
 * Hands out values as lmdb's fast reads do: each in the same buffer, which is longer than the value, and whose `length` was
 * overwritten. The methods of this one never obey that property, as on the newest Nodes: code that reads to the end
 * without naming it, or keeps a value beyond the next read, comes to grief on every Node.
 */
export const reusedReadBuffer = (): ((value: Uint8Array) => Buffer) => {
  let buffer = readBuffer(4_096);
  return (value) => {
    const { length } = value;
    if (length + 64 > buffer.buffer.byteLength) buffer = readBuffer(length * 2 + 64);
    buffer.fill(0xff);
    buffer.set(value.subarray(0, length));
    Object.defineProperty(buffer, 'length', { value: length, writable: true, configurable: true });
    return buffer;
  };
};
