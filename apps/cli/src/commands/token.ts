import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { isUserId } from '@account-data/domain';
import type { Role } from '@account-data/server';
import * as E from 'fp-ts/lib/Either.js';
import { type MadeToken, tokenText } from '../output/tokenText.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { usageError } from '../Refusal.js';
import type { Execution } from './Execution.js';
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

/** `token create` */
export const tokenCommand = (execution: Execution): CommandUnknownOpts =>
  new Command('token').description('Access tokens of the HTTP service.').addCommand(createCommand(execution));
