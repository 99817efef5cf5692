import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { isUserId } from '@account-data/domain';
import type { Role } from '@account-data/server';
import * as E from 'fp-ts/lib/Either.js';
import { jsonLine } from '../output/json.js';
import { tokenText } from '../output/tokenText.js';
import { usageError } from '../Refusal.js';
import type { Execution } from './Execution.js';

const roles = ['user', 'service', 'auditor', 'admin'] as const satisfies ReadonlyArray<Role>;

/** `token create --role ROLE`: shown once; only its digest is kept. */
const createCommand = ({ world, execute, makeToken }: Execution): CommandUnknownOpts =>
  new Command('create')
    .description('Makes an access token and shows it once.')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .option('--user <user>', 'whom it speaks for (needed for role user)')
    .option('--name <name>', 'who acts, in the history, where there is no user')
    .option('--dir <folder>', 'data folder whose server is to know it (default: as for the other commands)')
    .option('--config <file>', 'configuration (default: ACCOUNT_DATA_CONFIG, or ./account-data.yaml if it is there)')
    .option('--json', 'as one JSON object')
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
        await world.write(
          options.json === true
            ? jsonLine({
                token: made.right.token,
                token_sha256: made.right.sha256,
                role: options.role,
                user_id: options.user,
                name: options.name,
                saved_in: made.right.savedIn,
              })
            : tokenText({ ...made.right, role: options.role, userId: options.user, name: options.name }),
        );
        return E.right(undefined);
      }, options.json === true),
    );

/** `token create` */
export const tokenCommand = (execution: Execution): CommandUnknownOpts =>
  new Command('token').description('Access tokens of the HTTP service.').addCommand(createCommand(execution));
