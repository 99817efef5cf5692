/**
 * The name of a stream, with the store's prefix already in front.
 *
 * Names that start with `$` belong to EventStoreDB and are refused by every store.
 *
 * @category model
 */
export type StreamName = string & { readonly StreamName: unique symbol };

/** @category constructors */
export const StreamName = (name: string): StreamName => {
  if (name === '' || name.startsWith('$')) {
    throw new TypeError(`Not a stream name of ours: ${JSON.stringify(name)}. It may not be empty or start with "$".`);
  }
  return name as StreamName;
};
