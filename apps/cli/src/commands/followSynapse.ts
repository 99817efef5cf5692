import { type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type RowForm, writeRows } from '../output/writeRows.js';
import { refusal, usageError } from '../Refusal.js';
import { findingLine } from '../output/findingText.js';
import type { Execution, FollowFinding } from './Execution.js';
import { folderCommand } from './options.js';

const pollSeconds = (text: string): number => {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new InvalidArgumentError('It is a number of seconds from 1 to 99999.');
  return Number(text);
};

const findingForm: RowForm<FollowFinding> = {
  json: ({ severity, code, message, statements }) => ({ severity, code, message, statements }),
  text: (finding) => `${findingLine(finding)}${finding.statements.map((statement) => `  ${statement}\n`).join('')}`,
  columns: ['severity', 'code', 'message', 'statements'],
};

/** `follow-synapse`: the service, with a homeserver that it follows. */
export const followSynapseCommand = ({ world, execute, exitWith, follow, checkFollow }: Execution): CommandUnknownOpts =>
  folderCommand('follow-synapse', 'Runs the HTTP service, and keeps its log an exact account of a running Synapse, until it is stopped. Its database is followed by logical replication.')
    .option('--server-name <name>', 'the homeserver\'s server_name (default: follow.synapse.server_name, or server_name of the configuration)')
    .option('--postgres <url>', 'connection string of Synapse\'s database (default: follow.synapse.postgres)')
    .option('--sqlite <file>', 'file of Synapse\'s database on SQLite, in the place of --postgres; it is looked at every --poll seconds (default: 60)')
    .option('--slot <name>', 'replication slot (default: account_data_engine)')
    .option('--publication <name>', 'publication (default: account_data_engine)')
    .option('--exclude-type <type...>', 'types of account data that are left out')
    .option('--poll <seconds>', 'look so often instead of replicating, for an account that may only read; sees what rows hold then', pollSeconds)
    .option('--check', 'only look whether the database is prepared, and print the SQL that it lacks')
    .action(async (options) => {
      if (options.check !== true && options.output !== undefined) {
        await execute(TE.left(usageError('--output is for what --check finds.', 'Leave it out, or add --check.')), options.json === true);
        return;
      }
      if (options.check !== true) {
        exitWith(await follow(options)());
        return;
      }
      await execute(async () => {
        const found = await checkFollow(options)();
        if (E.isLeft(found)) return found;
        await writeRows(world, options, findingForm, found.right, undefined);
        return found.right.some(({ severity }) => severity === 'error')
          ? E.left(refusal('not_prepared', 'The database can not be followed yet.', 'Do what is said above, and look again.'))
          : E.right(undefined);
      }, options.json === true);
    });
