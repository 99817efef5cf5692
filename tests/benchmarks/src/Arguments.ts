import { parseArgs } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';

/** What the command line asks for. @category model */
export interface Arguments {
  /** Undefined: all figures. */
  readonly only: ReadonlyArray<string> | undefined;
  readonly json: boolean;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly pin: boolean;
  /** The commit to measure against, in turns, or a file of kept results to compare with; undefined: none. */
  readonly against: string | undefined;
  /** How many events the logs of `growth` have. */
  readonly events: ReadonlyArray<number>;
  /** The file that the results are kept in, for a later `--against`; undefined: none. */
  readonly keep: string | undefined;
  /** The file that the page of the results is written to; undefined: none. */
  readonly page: string | undefined;
  readonly help: boolean;
}

export const usage = `usage: npm run --silent bench -- [--only NAME,NAME] [--json] [--rounds N] [--seconds S]
                                [--warm-up N] [--pin] [--against COMMIT|FILE] [--events N,N]
                                [--keep FILE] [--page FILE]

  --only NAME,NAME  only these figures; a group (eventstoredb, follow-synapse, put-synapse) is all of its
  --json            one line of JSON per figure on standard output, and nothing else
  --rounds N        how many rounds of each side, an odd number (default 5)
  --seconds S       how long one round of one side takes (default 1.5)
  --warm-up N       how many rounds of each side go before those that count (default 3)
  --pin             keep each measured process to processor 0, its load generator to processor 1 (needs taskset)
  --against COMMIT  build that commit beside, by its own lockfile, and measure both round by round in turns
  --against FILE    say how the numbers of this run are to those in a file that --keep wrote
  --events N,N      how many events the logs of growth have (default 10000,100000,1000000)
  --keep FILE       write the numbers of this run to a file
  --page FILE       write them as a page, with machine, Node, durability, date and command`;

const options = {
  only: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '1.5' },
  'warm-up': { type: 'string', default: '3' },
  pin: { type: 'boolean', default: false },
  against: { type: 'string' },
  events: { type: 'string', default: '10000,100000,1000000' },
  keep: { type: 'string' },
  page: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const parsed = (args: ReadonlyArray<string>) =>
  E.tryCatch(
    () => parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values,
    (error) => `${error instanceof Error ? error.message : String(error)}\n\n${usage}`,
  );

/** The arguments of the command line, or what is wrong with them. `names` are those of the figures there are. */
export const parseArguments =
  (names: ReadonlyArray<string>) =>
  (args: ReadonlyArray<string>): E.Either<string, Arguments> => {
    const values = parsed(args);
    if (E.isLeft(values)) return values;
    const { json, pin, against, keep, page, help } = values.right;

    const only = values.right.only?.flatMap((list) => list.split(',')).map((name) => name.trim());
    const unknown = only?.filter((name) => !names.includes(name)) ?? [];
    if (unknown.length > 0) {
      const those = unknown.map((name) => `'${name}'`).join(', ');
      return E.left(`There is no figure ${those}. The figures are:\n${names.map((name) => `  ${name}`).join('\n')}`);
    }

    const rounds = Number(values.right.rounds);
    if (!Number.isInteger(rounds) || rounds < 1 || rounds % 2 === 0) {
      return E.left(`--rounds is an odd number of 1 or more, not '${values.right.rounds}'.`);
    }
    const seconds = Number(values.right.seconds);
    if (!(seconds > 0 && seconds <= 600)) {
      return E.left(`--seconds is more than 0 and at most 600, not '${values.right.seconds}'.`);
    }
    const warmUp = Number(values.right['warm-up']);
    if (!Number.isInteger(warmUp) || warmUp < 0) {
      return E.left(`--warm-up is a whole number, not '${values.right['warm-up']}'.`);
    }
    if (against !== undefined && !/^(?!-)[\w./~^@-]+$/.test(against)) {
      return E.left(`--against is a commit, as git names it, or a file, not '${against}'.`);
    }
    const events = values.right.events.split(',').map(Number);
    if (!events.every((count) => Number.isInteger(count) && count >= 1_000 && count % 1_000 === 0)) {
      return E.left(`--events are numbers of whole thousands, as 10000,100000, not '${values.right.events}'.`);
    }
    return E.right({ only, json, rounds, seconds, warmUp, pin, against, events, keep, page, help });
  };
