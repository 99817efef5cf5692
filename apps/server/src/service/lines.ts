/** A line of a stream that is longer than allowed, or bytes that are not UTF-8. @category errors */
export class MalformedLines extends Error {
  override readonly name = 'MalformedLines';
}

/**
 * The lines of a stream of UTF-8. Only a line feed ends a line: JSON text may hold the other line separators of
 * Unicode as they are.
 *
 * @throws MalformedLines
 */
export async function* linesOf(chunks: AsyncIterable<unknown>, longest: number): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new MalformedLines('The stream is not UTF-8.');
    }
  };
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new MalformedLines('The stream is not one of bytes.');
    rest += decode(chunk);
    let start = 0;
    for (let end = rest.indexOf('\n', start); end !== -1; end = rest.indexOf('\n', start)) {
      yield rest.slice(start, end);
      start = end + 1;
    }
    rest = rest.slice(start);
    if (rest.length > longest) throw new MalformedLines(`A line is longer than ${String(longest)} characters.`);
  }
  rest += decode();
  if (rest !== '') yield rest;
}
