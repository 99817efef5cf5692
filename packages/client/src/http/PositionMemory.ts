/**
 * The highest position a client was answered, as the header `Account-Data-Position` has it: `<position>_<log id>`. With
 * it, later reads ask for an answer that is not older, whichever server gives it.
 */
export class PositionMemory {
  #position = -1n;
  #logId: string | undefined;

  /** Undefined before the first answer. */
  get token(): string | undefined {
    if (this.#logId === undefined) return undefined;
    return `${this.#position < 0n ? 'start' : String(this.#position)}_${this.#logId}`;
  }

  get logId(): string | undefined {
    return this.#logId;
  }

  /** From an answer's header. Another log than before begins anew. */
  note(token: string | null): void {
    const [, place, logId] = /^(start|\d{1,20})_(.+)$/.exec(token ?? '') ?? [];
    if (place === undefined || logId === undefined) return;
    const position = place === 'start' ? -1n : BigInt(place);
    if (logId !== this.#logId || position > this.#position) this.#position = position;
    this.#logId = logId;
  }

  /** A position of the log of the last answer: that of a change. */
  noteChange(position: bigint): void {
    if (position > this.#position) this.#position = position;
  }
}
