/** A command line up to the cursor, as far as completion needs to understand a shell's quotes. @category model */
export interface TypedLine {
  /** Without quotes; the last is the one that is being typed, empty behind a space. */
  readonly words: ReadonlyArray<string>;
  /** The last word as it is typed. */
  readonly raw: string;
  /** Where it is in quotes that are still open. */
  readonly quote?: '"' | '\'';
}

/** Reads words as a shell does, but expands nothing. @category constructors */
export const typedLine = (line: string): TypedLine => {
  const words = [''];
  let start = 0;
  let quote: '"' | '\'' | undefined;
  const append = (text: string): void => {
    words.push((words.pop() ?? '') + text);
  };
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (quote === undefined && /\s/.test(character)) {
      if (index > start) words.push('');
      start = index + 1;
    } else if (character === quote) quote = undefined;
    else if (quote === undefined && (character === '"' || character === '\'')) quote = character;
    else if (character === '\\' && quote !== '\'') append(line.charAt((index += 1)));
    else append(character);
  }
  return { words, raw: line.slice(start), ...(quote === undefined ? {} : { quote }) };
};
