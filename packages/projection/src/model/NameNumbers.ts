/** More names than a generation has rows. */
const maxNames = 2 ** 26;

/** A room and a type by their numbers, as one number. */
export const keyOf = (room: number, type: number): number => room * maxNames + type;

/** Numbers for names of rooms and types, from 1 on; 0 stands for none. @category model */
export class NameNumbers {
  #names: Array<string | undefined> = [undefined];
  readonly #numbers = new Map<string, number>();

  /** The number of a name, which it has from now on. */
  add(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }

  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  at(number: number): string | undefined {
    return this.#names[number];
  }

  clear(): void {
    this.#names = [undefined];
    this.#numbers.clear();
  }
}
