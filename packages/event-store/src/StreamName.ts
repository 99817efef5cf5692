/**
 * The name of a stream, with the store's prefix already in front.
 *
 * Names that start with `$` belong to EventStoreDB and are refused by every store. A name is well-formed Unicode
 * (no lone surrogates: no store could tell two of them apart) of at most {@link maxStreamNameBytes} bytes in UTF-8.
 *
 * @category model
 */
export type StreamName = string & { readonly StreamName: unique symbol };

/** The most bytes a stream name may take in UTF-8. @category model */
export const maxStreamNameBytes = 1_024;

const loneSurrogate = /\p{Surrogate}/u;

/**
 * Whether a string can name a stream: not empty, no `$` in front, valid Unicode, and not too long.
 *
 * @category refinements
 */
export const isStreamName = (name: string): name is StreamName =>
  name !== '' &&
  !name.startsWith('$') &&
  !loneSurrogate.test(name) &&
  (name.length * 3 <= maxStreamNameBytes || Buffer.byteLength(name, 'utf8') <= maxStreamNameBytes);

/** Throws a TypeError where the name is none. @category constructors */
export const StreamName = (name: string): StreamName => {
  if (!isStreamName(name)) {
    throw new TypeError(
      `Not a stream name of ours: ${JSON.stringify(name.slice(0, 100))}. It may not be empty, start with "$", ` +
        `hold a lone surrogate or be longer than ${maxStreamNameBytes} bytes.`,
    );
  }
  return name;
};
