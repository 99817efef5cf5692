import { closeSync, existsSync, openSync, readSync } from 'node:fs';

/** A call of a callback as the delivering program writes it down: when it begins, and when it has done its work. */
export interface Effect {
  readonly owner: string;
  readonly phase: 'started' | 'begins' | 'ends' | 'stopped';
  /** When its callback began, in microseconds of the machine's monotonic clock. */
  readonly at: number;
  readonly module: string;
  readonly user: string;
  readonly n: number;
  readonly eventId: string;
  readonly epoch: number;
}

/** What delivering programs have written into one file, in the order in which they wrote it. */
export class Effects {
  readonly path: string;
  readonly all: Array<Effect> = [];
  readonly #handled = new Set<string>();
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.path = path;
  }

  /** How many deliveries were handled, each counted once, by what was written up to now. */
  handled(): number {
    this.read();
    return this.#handled.size;
  }

  /** Takes what was written since; answers everything. */
  read(): ReadonlyArray<Effect> {
    if (!existsSync(this.path)) return this.all;
    const file = openSync(this.path, 'r');
    const buffer = Buffer.alloc(1 << 20);
    try {
      for (;;) {
        const length = readSync(file, buffer, 0, buffer.length, this.#offset);
        if (length === 0) break;
        this.#offset += length;
        this.#take(buffer.toString('latin1', 0, length));
      }
    } finally {
      closeSync(file);
    }
    return this.all;
  }

  /** Lines are ASCII, so a piece may end anywhere. */
  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const effect = JSON.parse(line) as Effect;
      this.all.push(effect);
      if (effect.phase === 'ends') this.#handled.add(`${effect.module} ${effect.eventId}`);
    }
  }
}

/** How many callbacks had begun and not ended, nor begun again, among the last effects of one owner. */
export const inTheMiddle = (effects: ReadonlyArray<Effect>, owner: string): number => {
  const open = new Set<string>();
  for (const effect of effects) {
    if (effect.owner !== owner) continue;
    const key = `${effect.module} ${effect.user}`;
    if (effect.phase === 'begins') open.add(key);
    else if (effect.phase === 'ends') open.delete(key);
  }
  return open.size;
};
