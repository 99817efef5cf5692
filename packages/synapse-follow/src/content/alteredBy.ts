/** What JSON.parse makes something else of. The path is a JSON pointer. */
export interface Alteration {
  readonly code: 'duplicate_key' | 'inexact_number';
  readonly path: string;
  readonly message: string;
}

/**
 * The first thing that JSON.parse would alter in a text that it takes: of duplicate keys it keeps the last, and of a
 * number the nearest double. Integers beyond 2^53-1 are among those where the double is another number. Undefined where it
 * alters nothing.
 */
export const alteredBy = (text: string): Alteration | undefined => new Scanner(text).value('');

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Reads valid JSON by its tokens. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(path: string): Alteration | undefined {
    this.#blank();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(path);
      case '[':
        return this.#array(path);
      case '"':
        this.#string();
        return undefined;
      case 't':
      case 'f':
      case 'n':
        this.#at = this.#endOf(/[a-z]+/y);
        return undefined;
      default:
        return this.#number(path);
    }
  }

  #object(path: string): Alteration | undefined {
    const keys = new Set<string>();
    this.#enter();
    while (this.#text[this.#at] !== '}') {
      const key = this.#string();
      const member = `${path}/${escaped(key)}`;
      if (keys.has(key)) return { code: 'duplicate_key', path: member, message: 'The key is there more than once.' };
      keys.add(key);
      this.#separator();
      const altered = this.value(member);
      if (altered !== undefined) return altered;
      this.#separator();
    }
    this.#at += 1;
    return undefined;
  }

  #array(path: string): Alteration | undefined {
    let index = 0;
    this.#enter();
    while (this.#text[this.#at] !== ']') {
      const altered = this.value(`${path}/${String(index)}`);
      if (altered !== undefined) return altered;
      index += 1;
      this.#separator();
    }
    this.#at += 1;
    return undefined;
  }

  #number(path: string): Alteration | undefined {
    const from = this.#at;
    this.#at = this.#endOf(/-?[0-9.eE+-]+/y);
    const token = this.#text.slice(from, this.#at);
    const double = Number(token);
    if (Number.isFinite(double) && decimalOf(token) === decimalOf(String(double))) return undefined;
    return { code: 'inexact_number', path, message: 'No double is exactly this number.' };
  }

  #string(): string {
    const from = this.#at;
    this.#at = this.#endOf(/"(?:[^"\\]|\\.)*"/y);
    return JSON.parse(this.#text.slice(from, this.#at)) as string;
  }

  /** Past an opening bracket. */
  #enter(): void {
    this.#at += 1;
    this.#blank();
  }

  /** Past a comma or colon, where one follows. */
  #separator(): void {
    this.#blank();
    const character = this.#text[this.#at];
    if (character === ',' || character === ':') this.#enter();
  }

  #blank(): void {
    this.#at = this.#endOf(/[ \t\r\n]*/y);
  }

  #endOf(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) throw new Error('The text is not JSON.');
    return pattern.lastIndex;
  }
}

/** A number's digits without zeros around them, and the power of ten of the last one: equal for equal numbers. */
const decimalOf = (token: string): string => {
  const parts = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(token);
  if (parts === null) return token;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${String(power)}`;
};
