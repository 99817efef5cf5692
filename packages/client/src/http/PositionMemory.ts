import { Position, type ReadFrom, isAfter } from '@account-data/domain';

/**
 * The highest position a client was answered, as the header `Account-Data-Position` has it: `<position>_<log id>`. With
 * it, later reads ask for an answer that is not older, whichever server gives it.
 */
export class PositionMemory {
  #position: ReadFrom = 'start';
  #logId: string | undefined;

  /** Undefined before the first answer. */
  get token(): string | undefined {
    if (this.#logId === undefined) return undefined;
    return `${this.#position}_${this.#logId}`;
  }

  get logId(): string | undefined {
    return this.#logId;
  }

  /** From an answer's header. Another log than before begins anew. */
  note(token: string | null): void {
    const [, place, logId] = /^(start|0|[1-9]\d{0,19})_(.+)$/.exec(token ?? '') ?? [];
    if (place === undefined || logId === undefined) return;
    const position = place === 'start' ? place : Position(place);
    if (logId !== this.#logId || isLater(position, this.#position)) this.#position = position;
    this.#logId = logId;
  }

  /** A position of the log of the last answer: that of a change. */
  noteChange(position: Position): void {
    if (isLater(position, this.#position)) this.#position = position;
  }
}

const isLater = (a: ReadFrom, b: ReadFrom): boolean => a !== 'start' && (b === 'start' || isAfter(a, b));
