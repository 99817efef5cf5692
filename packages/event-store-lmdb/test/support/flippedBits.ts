import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { program } from './builtPackage.js';

/** What came of reading a store in which one bit was flipped. */
export type FlipOutcome =
  /** All answers are what they were. */
  | 'no effect'
  /** What was asked for was refused; all else is what it was. */
  | 'named'
  /** Something was answered that is not what was written. */
  | 'silent'
  | 'ended by the system'
  | 'threw';

interface Line {
  readonly bit: number;
  readonly refused?: string;
  readonly message?: string;
  readonly threw?: string;
  readonly answers?: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly left?: string;
  readonly right?: unknown;
  readonly events?: ReadonlyArray<unknown>;
}

export interface Flip {
  readonly bit: number;
  readonly outcome: FlipOutcome;
  /** What differs, or was thrown. */
  readonly about: string;
}

const isEqual = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** Whether an answer says nothing but what the true one says: of a page that ends at damage, its beginning. */
const isTrue = (answer: Answer, truth: Answer): boolean => {
  if (answer.events === undefined) return answer.left !== undefined || isEqual(answer, truth);
  const expected = truth.events ?? [];
  return isEqual(answer.events, answer.left === undefined ? expected : expected.slice(0, answer.events.length));
};

const judge = ({ bit, refused, threw, answers }: Line, truth: Readonly<Record<string, Answer>>): Flip => {
  if (threw !== undefined) return { bit, outcome: 'threw', about: threw };
  if (answers === undefined) return { bit, outcome: 'named', about: refused ?? '' };
  const untrue = Object.entries(answers).filter(([name, answer]) => !isTrue(answer, truth[name] ?? {}));
  if (untrue.length > 0) return { bit, outcome: 'silent', about: untrue.map(([name]) => name).join(', ') };
  return { bit, outcome: isEqual(answers, truth) ? 'no effect' : 'named', about: '' };
};

/**
 * Reads the store in `pristine` (in a copy, `work`) once for each of these bits, with that bit of its log flipped: in
 * another process, and in the next one where the system ends it.
 */
export const readFlipped = async (pristine: string, work: string, mode: 'own' | 'read', bits: ReadonlyArray<number>): Promise<ReadonlyArray<Flip>> => {
  const flips: Array<Flip> = [];
  let truth: Readonly<Record<string, Answer>> | undefined;
  while (flips.length < bits.length) {
    const child = spawn(process.execPath, [program('readFlipped'), pristine, work, mode], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
    const left = bits.slice(flips.length);
    child.stdin.on('error', () => undefined);
    child.stdin.end(['-1', ...left.map(String)].join('\n'));
    for await (const text of createInterface({ input: child.stdout })) {
      const line = JSON.parse(text) as Line;
      if (line.bit >= 0) flips.push(judge(line, truth ?? {}));
      else if (line.answers === undefined) throw new Error(`The store can't be read as it is: ${text}`);
      else truth = line.answers;
    }
    await ended;
    if (child.exitCode === 0) continue;
    const bit = bits[flips.length];
    if (bit !== undefined) flips.push({ bit, outcome: 'ended by the system', about: String(child.signalCode ?? child.exitCode) });
  }
  return flips;
};
