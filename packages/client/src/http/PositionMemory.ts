import { Position, type ReadFrom, isAfter } from '@account-data/domain';

interface Remembered {
  readonly logId: string;
  readonly position: ReadFrom;
  /** As the server gave it; undefined where it is the position of a change that was answered. */
  readonly token: string | undefined;
}

/**
 * The highest position a client was answered, as the header `Account-Data-Position` has it: `<position>_<log id>_<epoch>`,
 * which older servers give without an epoch. With it, later reads ask for an answer that is not older, whichever server
 * gives it.
 */
export class PositionMemory {
  #last: Remembered | undefined;

  /** Undefined before the first answer. */
  get token(): string | undefined {
    if (this.#last === undefined) return undefined;
    const { token, position, logId } = this.#last;
    return token ?? `${position}_${logId}`;
  }

  get logId(): string | undefined {
    return this.#last?.logId;
  }

  /** From an answer's header. Another log than before begins anew. */
  note(token: string | null): void {
    const [, place, logId] = /^(start|0|[1-9]\d{0,19})_([^_]+)(?:_.+)?$/.exec(token ?? '') ?? [];
    if (token === null || place === undefined || logId === undefined) return;
    const position = place === 'start' ? place : Position(place);
    if (this.#last === undefined || logId !== this.#last.logId || !isLater(this.#last.position, position)) this.#last = { logId, position, token };
  }

  /** A position of the log of the last answer: that of a change. */
  noteChange(position: Position): void {
    if (this.#last !== undefined && isLater(position, this.#last.position)) this.#last = { ...this.#last, position, token: undefined };
  }

  /** The log lost what was remembered. */
  forget(): void {
    this.#last = undefined;
  }
}

const isLater = (a: ReadFrom, b: ReadFrom): boolean => a !== 'start' && (b === 'start' || isAfter(a, b));
