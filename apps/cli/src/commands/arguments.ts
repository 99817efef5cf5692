import { copyJsonObject, isUserId, type JsonObject, parseTime, Position, Revision, storedJsonLimits, timeForms, type UserId } from '@account-data/domain';
import type { GivenCondition } from '@account-data/service-api';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { resolve } from 'node:path';
import { printable } from '../output/printable.js';
import { type Refusal, refusal, usageError } from '../Refusal.js';
import { inBrackets, systemErrorOf } from '../systemError.js';
import type { World } from '../World.js';

/** `--limit N`: 1 or more. */
export const parseLimit = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be an integer from 1 to 999999999.');
  return Number(text);
};

/** A revision: 0 or more. */
export const parseRevision = (text: string): Revision => {
  if (!/^(0|[1-9]\d{0,18})$/.test(text)) throw new InvalidArgumentError('It must be a revision: 0 or a positive integer.');
  return Revision(text);
};

/** A position of the log: 0 or more. */
export const parsePosition = (text: string): Position => {
  if (!/^(0|[1-9]\d{0,18})$/.test(text)) throw new InvalidArgumentError('It must be a position: 0 or a positive integer.');
  return Position(text);
};

/** A time as people write it, in milliseconds since the Unix epoch. */
export const parseTimeOf =
  ({ runtime }: Pick<World, 'runtime'>) =>
  (text: string): number => {
    const time = parseTime(text, runtime.clock.now());
    if (time === undefined) throw new InvalidArgumentError(`It must be a time: ${timeForms}.`);
    return time;
  };

/** A user ID. */
export const parseUser = (text: string): UserId => {
  if (!isUserId(text)) throw new InvalidArgumentError('It must be a user ID, as @alice:example.org.');
  return text;
};

/** `--if-revision N|absent|present`. */
export const parseIfRevision = (text: string): GivenCondition => {
  if (text === 'absent' || text === 'present') return text;
  if (!/^(0|[1-9]\d{0,18})$/.test(text)) {
    throw new InvalidArgumentError('It must be a revision (0 or a positive integer), "absent" or "present".');
  }
  return Revision(text);
};

/** Content, given as {@link readJson} says: JSON text would alter the rest in silence. The target has narrower limits. */
export const readContent = (argument: string, world: World): TE.TaskEither<Refusal, JsonObject> =>
  pipe(
    readJson(argument, world),
    TE.flatMapEither(contentOf),
  );

const contentOf = (json: unknown): E.Either<Refusal, JsonObject> =>
  pipe(
    copyJsonObject(json, storedJsonLimits),
    E.mapLeft(({ code, path, message }) => refusal(code, printable(`${path === '' ? '' : `At /content${path}: `}${message}`))),
  );

/** Content of JSON text, which `notJson` refuses where it is none. */
export const parseContent = (text: string, notJson: () => Refusal): E.Either<Refusal, JsonObject> =>
  pipe(
    E.tryCatch((): unknown => JSON.parse(text), notJson),
    E.flatMap(contentOf),
  );

/** The text of an argument: standard input where it is `-`, a file where it is `@FILE`. */
const givenText = (argument: string, world: World): TE.TaskEither<Refusal, string> =>
  TE.tryCatch(
    async () => {
      if (argument === '-') return world.readInput();
      if (!argument.startsWith('@')) return argument;
      const lines: Array<string> = [];
      for await (const line of world.readLines(resolve(world.cwd, argument.slice(1)))) lines.push(line);
      return lines.join('\n');
    },
    (error) => usageError(`${printable(argument.slice(1))} can't be read${inBrackets(systemErrorOf(error))}.`, 'Give a file that holds a JSON object: @content.json'),
  );

/** A JSON argument, or standard input where it is `-`, or a file where it is `@FILE`. What was given is never repeated in the error. */
const readJson =
  (argument: string, world: World): TE.TaskEither<Refusal, unknown> =>
  pipe(
    givenText(argument, world),
    TE.flatMapEither((text) =>
      E.tryCatch(
        (): unknown => JSON.parse(text),
        () =>
          usageError(
            argument === '-' ? 'Standard input is not JSON.' : argument.startsWith('@') ? `${printable(argument.slice(1))} is not JSON.` : 'The content is not JSON.',
            'Give a JSON object in single quotes, for instance \'{"theme":"dark"}\', or - to read it from standard input, or @FILE.',
          ),
      ),
    ),
  );
