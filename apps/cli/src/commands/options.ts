import type { GivenCondition } from '@account-data/service-api';
import { Command, Option } from '@commander-js/extra-typings';
import { parseIfRevision } from './arguments.js';

/** A command on a data folder, and `--json`. */
export const folderCommand = (name: string, description: string): Command<[], { dir?: string; config?: string; json?: true }> =>
  new Command(name)
    .description(description)
    .option('--dir <folder>', 'data folder (default: ACCOUNT_DATA_DIR, store.path of the configuration, or ./data)')
    .option('--config <file>', 'configuration (default: ACCOUNT_DATA_CONFIG, or ./account-data.yaml if it is there)')
    .option('--json', 'one JSON object a line');

/** A command with the options that say what it works on, and `--json`. */
export const targetCommand = (
  name: string,
  description: string,
): Command<[], { dir?: string; config?: string; url?: string; token?: string; json?: true }> =>
  new Command(name)
    .description(description)
    .option('--dir <folder>', 'data folder (default: ACCOUNT_DATA_DIR, store.path of the configuration, or ./data)')
    .option('--config <file>', 'configuration (default: ACCOUNT_DATA_CONFIG, or ./account-data.yaml if it is there)')
    .option('--url <url>', 'a running server, instead of a data folder')
    .option('--token <token>', 'access token for --url (better: ACCOUNT_DATA_TOKEN, which no process list shows)')
    .option('--json', 'one JSON object a line');

/** The same with the options of a change. */
export const changeCommand = (
  name: string,
  description: string,
): Command<
  [],
  { dir?: string; config?: string; url?: string; token?: string; json?: true; reason?: string; requestKey?: string }
> =>
  targetCommand(name, description)
    .option('--reason <text>', 'why, kept in the history')
    .option('--request-key <key>', 'a retry with the same key changes nothing and answers the same');

export const roomOption = (): Option<'--room <room>'> => new Option('--room <room>', 'room ID, for account data of a room');

export const ifRevisionOption = (): Option<'--if-revision <revision>', undefined, undefined, GivenCondition> =>
  new Option('--if-revision <revision>', 'only if it is at this revision, "absent" or "present"').argParser(parseIfRevision);

