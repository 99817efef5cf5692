import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Contexts, TargetOptions } from '../commands/Execution.js';
import { printable } from '../output/printable.js';
import { type Refusal, refusal, usageError } from '../Refusal.js';
import type { World } from '../World.js';
import { readContexts } from './contextFile.js';

const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/** Whether a folder, a configuration or a log is named, or a configuration lies here: then the current context is left alone. */
const namesFolder = ({ dir, config }: TargetOptions, { env, cwd }: World): boolean =>
  dir !== undefined ||
  config !== undefined ||
  ['ACCOUNT_DATA_DIR', 'ACCOUNT_DATA_CONFIG', 'EVENTSTOREDB_URL', 'ACCOUNT_DATA_PORT'].some((name) => given(env[name]) !== undefined) ||
  existsSync(join(cwd, 'account-data.yaml'));

const sameServer = (a: string, b: string): boolean => URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;

const at = (options: TargetOptions, { url, token }: Context): TargetOptions => ({ ...options, url, token: options.token ?? token });

const named = ({ contexts }: Contexts, name: string): E.Either<Refusal, Context> => {
  const found = contexts.find((context) => context.name === name);
  return found === undefined ? E.left(refusal('no_such_context', `There is no context ${printable(name)}.`, 'account-data context list shows which there are; account-data login URL makes one.')) : E.right(found);
};

/** What the options name: with the context that they, or the environment, name; or the current one where nothing is named. */
export const placeOf = (options: TargetOptions, world: World): TE.TaskEither<Refusal, TargetOptions> => {
  const { url, dir, config, context } = options;
  if (context !== undefined && [url, dir, config].some((other) => other !== undefined)) {
    return TE.left(usageError('--context is one thing to work on, and --url, --dir or --config another.', 'Give one of them.'));
  }
  return pipe(
    readContexts(world),
    TE.flatMapEither((contexts): E.Either<Refusal, TargetOptions> => {
      if (url !== undefined) {
        const isKnown = options.token !== undefined || given(world.env['ACCOUNT_DATA_TOKEN']) !== undefined;
        const known = isKnown ? undefined : contexts.contexts.find((one) => sameServer(one.url, url));
        return E.right(known === undefined ? options : { ...options, token: known.token });
      }
      const name = context ?? (namesFolder(options, world) ? undefined : (given(world.env['ACCOUNT_DATA_CONTEXT']) ?? contexts.current));
      return name === undefined ? E.right(options) : pipe(named(contexts, name), E.map((found) => at(options, found)));
    }),
  );
};
