import { keepPrivate, makePrivateFolder, privateModes } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { open, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Contexts } from '../commands/Execution.js';
import { printable } from '../output/printable.js';
import { type Refusal, refusal } from '../Refusal.js';
import { inBrackets, systemErrorOf } from '../systemError.js';
import type { World } from '../World.js';

const ContextFile = t.intersection([
  t.type({ version: t.literal(1), contexts: t.readonlyArray(t.type({ name: t.string, url: t.string, token: t.string })) }),
  t.partial({ current: t.string }),
]);

const none: Contexts = { contexts: [] };

/** Where servers and tokens are kept: `account-data/contexts.json` in `XDG_CONFIG_HOME`, or in `~/.config`. */
export const contextFile = ({ env }: Pick<World, 'env'>): string => {
  const config = env['XDG_CONFIG_HOME'];
  return join(config === undefined || config === '' ? join(env['HOME'] ?? homedir(), '.config') : config, 'account-data', 'contexts.json');
};

const unusable = (path: string, what: string): Refusal => refusal('contexts_unusable', `${printable(path)} ${what}.`, 'Mend it, or move it away and log in anew.');

/** The servers that were logged in to; none where there is no file of them yet. */
export const readContexts = (world: Pick<World, 'env'>): TE.TaskEither<Refusal, Contexts> => {
  const path = contextFile(world);
  return pipe(
    TE.tryCatch(
      () => readFile(path, 'utf8'),
      (error) => systemErrorOf(error),
    ),
    TE.matchW(
      (error): E.Either<Refusal, Contexts> => (error.code === 'ENOENT' ? E.right(none) : E.left(unusable(path, `can't be read${inBrackets(error)}`))),
      (text) =>
        pipe(
          E.tryCatch((): unknown => JSON.parse(text), () => undefined),
          E.flatMap((json) => E.mapLeft(() => undefined)(ContextFile.decode(json))),
          E.mapLeft(() => unusable(path, 'is no list of contexts')),
        ),
    ),
  );
};

/** Keeps the list, for nobody else to read: it holds tokens. Durable when it is done. */
export const writeContexts = (world: Pick<World, 'env'>, { current, contexts }: Contexts): TE.TaskEither<Refusal, void> => {
  const path = contextFile(world);
  const beside = `${path}.${String(process.pid)}.new`;
  return TE.tryCatch(
    async () => {
      makePrivateFolder(dirname(path));
      const file = await open(beside, 'w', privateModes.file);
      try {
        keepPrivate(beside);
        await file.writeFile(`${JSON.stringify({ version: 1, ...(current === undefined ? {} : { current }), contexts }, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    },
    (error) => unusable(path, `can't be written${inBrackets(systemErrorOf(error))}`),
  );
};
