import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { isUserId } from '@account-data/domain';
import type { Role } from '@account-data/server';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type MadeToken, tokenText } from '../output/tokenText.js';
import { lookOf } from '../output/look.js';
import { printable } from '../output/printable.js';
import { type RowForm, writeOne, writeRows } from '../output/writeRows.js';
import { usageError } from '../Refusal.js';
import type { Execution, KnownToken } from './Execution.js';
import { folderCommand } from './options.js';

const roles = ['user', 'service', 'auditor', 'admin'] as const satisfies ReadonlyArray<Role>;

const madeForm: RowForm<MadeToken> = {
  json: ({ token, sha256, role, userId, name, savedIn }) => ({ token, token_sha256: sha256, role, user_id: userId, name, saved_in: savedIn }),
  text: tokenText,
  columns: ['token', 'role', 'user_id', 'name'],
};

/** `token create --role ROLE`: shown once; only its digest is kept. */
const createCommand = ({ world, execute, makeToken }: Execution): CommandUnknownOpts =>
  folderCommand('create', 'Makes an access token and shows it once.')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .option('--user <user>', 'whom it speaks for (needed for role user)')
    .option('--name <name>', 'who acts, in the history, where there is no user')
    .action((options) =>
      execute(async () => {
        if (options.role === 'user' && options.user === undefined) {
          return E.left(usageError('A token of role user speaks for someone.', 'Name the user: --user @alice:example.org'));
        }
        if (options.user !== undefined && !isUserId(options.user)) {
          return E.left(usageError('--user is not a Matrix user ID.', 'It looks like @alice:example.org'));
        }
        const made = await makeToken(options)();
        if (E.isLeft(made)) return made;
        await writeOne(world, options, madeForm, { ...made.right, role: options.role, userId: options.user, name: options.name });
        return E.right(undefined);
      }, options.json === true),
    );

/** So many characters of a digest tell tokens apart. */
const shortDigest = 12;

const knownForm: RowForm<KnownToken> = {
  json: ({ sha256, role, userId, name, keptIn }) => ({ token_sha256: sha256, role, user_id: userId, name, kept_in: keptIn }),
  text: ({ sha256, role, userId, name, keptIn }) =>
    `${sha256.slice(0, shortDigest)}  ${role}${userId === undefined ? '' : `  ${printable(userId)}`}${name === undefined ? '' : `  ${printable(name)}`}  in the ${keptIn}\n`,
  columns: ['token_sha256', 'role', 'user_id', 'name', 'kept_in'],
};

/** `token list`: by their digests; what a token itself is, nobody knows any more. */
const listCommand = ({ world, execute, listTokens }: Execution): CommandUnknownOpts =>
  folderCommand('list', 'Shows the tokens of a data folder and its configuration, by their digests.').action((options) =>
    execute(
      pipe(
        listTokens(options),
        TE.flatMapTask((tokens) => async () => {
          await writeRows(world, options, knownForm, tokens, 'There are no tokens.');
        }),
      ),
      options.json === true,
    ),
  );

/** `token revoke DIGEST|NAME` */
const revokeCommand = ({ world, execute, revokeToken }: Execution): CommandUnknownOpts =>
  folderCommand('revoke', 'Takes a token out of a data folder: its server stops taking it within ten seconds.')
    .argument('<digest>', 'the beginning of its digest, as list shows it, or its name')
    .action((which, options) =>
      execute(
        /^[0-9a-f]{1,7}$/i.test(which)
          ? TE.left(usageError('So little of a digest may mean another token.', 'Give at least eight characters of it.'))
          : pipe(
              revokeToken({ ...options, which }),
              TE.flatMapTask((token) => () => writeOne(world, options, { ...knownForm, text: () => `Revoked ${knownForm.text(token, lookOf(world))}` }, token)),
            ),
        options.json === true,
      ),
    );

/** `token create|list|revoke` */
export const tokenCommand = (execution: Execution): CommandUnknownOpts =>
  new Command('token')
    .description('Access tokens of the HTTP service.')
    .addCommand(createCommand(execution))
    .addCommand(listCommand(execution))
    .addCommand(revokeCommand(execution));
