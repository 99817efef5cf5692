import { readLatin1 } from '../records/bytes.js';
import { fnvPrime, fnvStart } from '../records/row.js';

/** A room or a type, and its part of the hash of a key. @category model */
export interface SharedName {
  readonly text: string;
  readonly hash: number;
}

const slots = 1024;

const isText = (text: string, bytes: Buffer, from: number, to: number): boolean => {
  if (text.length !== to - from) return false;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) !== bytes[from + index]) return false;
  return true;
};

/**
 * The shared names of rooms or of types by their bytes in ASCII, so that no text is made of one that came lately.
 *
 * @category model
 */
export class NameTable {
  readonly #isValid: (text: string) => boolean;
  readonly #share: (text: string) => SharedName;
  readonly #slots: Array<SharedName | undefined> = new Array<SharedName | undefined>(slots).fill(undefined);

  constructor(isValid: (text: string) => boolean, share: (text: string) => SharedName) {
    this.#isValid = isValid;
    this.#share = share;
  }

  /** The name that stands there; undefined where it is not valid. */
  find(bytes: Buffer, from: number, to: number): SharedName | undefined {
    // As `nameHash` has it, of what it would be as text.
    let hash = fnvStart;
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), fnvPrime);
    const slot = hash & (slots - 1);
    const known = this.#slots[slot];
    if (known !== undefined && isText(known.text, bytes, from, to)) return known;
    const text = readLatin1(bytes, from, to);
    if (!this.#isValid(text)) return undefined;
    const name = this.#share(text);
    this.#slots[slot] = name;
    return name;
  }
}
