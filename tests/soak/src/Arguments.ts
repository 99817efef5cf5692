import { parseArgs } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';

/** What the command line asks for. */
export interface Arguments {
  readonly kills: number;
  readonly takeovers: number;
  readonly openings: number;
}

export const usage = 'usage: npm run --silent soak -- [--kills N] [--takeovers N] [--openings N]';

/** The arguments of the command line, or what is wrong with them. */
export const parseArguments = (args: ReadonlyArray<string>): E.Either<string, Arguments> => {
  const options = { kills: { type: 'string', default: '300' }, takeovers: { type: 'string' }, openings: { type: 'string', default: '1000' } } as const;
  const parsed = E.tryCatch(
    () => parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values,
    (error) => `${error instanceof Error ? error.message : String(error)}\n${usage}`,
  );
  if (E.isLeft(parsed)) return parsed;
  const kills = Number(parsed.right.kills);
  const takeovers = parsed.right.takeovers === undefined ? Math.ceil(kills / 10) : Number(parsed.right.takeovers);
  const openings = Number(parsed.right.openings);
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;
  if (!isCount(kills) || !isCount(takeovers) || !isCount(openings)) return E.left(`Counts are integers of 0 or more.\n${usage}`);
  return E.right({ kills, takeovers, openings });
};
