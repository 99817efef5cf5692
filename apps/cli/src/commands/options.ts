import type { GivenCondition } from '@account-data/service-api';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { outputFormats, type OutputOptions } from '../output/writeRows.js';
import { parseIfRevision } from './arguments.js';

/** A command on a data folder, and `--json`. */
export const folderCommand = (name: string, description: string): Command<[], { dir?: string; config?: string; json?: true }> =>
  new Command(name)
    .description(description)
    .option('--dir <folder>', 'data folder (default: ACCOUNT_DATA_DIR, store.path of the configuration, or ./data)')
    .option('--config <file>', 'configuration (default: ACCOUNT_DATA_CONFIG, or ./account-data.yaml if it is there)')
    .option('--json', 'one JSON object a line');

type TargetFlags = { dir?: string; config?: string; url?: string; token?: string } & {
  json?: true;
  output?: (typeof outputFormats)[number];
  columns?: ReadonlyArray<string>;
};

const outputOption = () =>
  new Option('-o, --output <format>', 'how results are written; without it, as text').choices(outputFormats);

/** `--columns type,content`. */
const parseColumns = (text: string): ReadonlyArray<string> => {
  const names = text.split(',').map((name) => name.trim());
  if (!names.every((name) => /^[a-z][a-z_]*$/.test(name))) throw new InvalidArgumentError('It must be names as --json has them, with commas: type,content');
  return names;
};

/** A command with the options that say what it works on and how its results are written. */
export const targetCommand = (
  name: string,
  description: string,
): Command<[], TargetFlags> =>
  new Command(name)
    .description(description)
    .option('--dir <folder>', 'data folder (default: ACCOUNT_DATA_DIR, store.path of the configuration, or ./data)')
    .option('--config <file>', 'configuration (default: ACCOUNT_DATA_CONFIG, or ./account-data.yaml if it is there)')
    .option('--url <url>', 'a running server, instead of a data folder')
    .option('--token <token>', 'access token for --url (better: ACCOUNT_DATA_TOKEN, which no process list shows)')
    .addOption(outputOption())
    .option('--columns <names>', 'only these members, as type,content; in a table unless --output says otherwise', parseColumns)
    .option('--json', 'one JSON object a line (--output ndjson)');

/** The same with the options of a change. */
export const changeCommand = (
  name: string,
  description: string,
): Command<
  [],
  TargetFlags & { reason?: string; requestKey?: string }
> =>
  targetCommand(name, description)
    .option('--reason <text>', 'why, kept in the history')
    .option('--request-key <key>', 'a retry with the same key changes nothing and answers the same');

export const roomOption = (): Option<'--room <room>'> => new Option('--room <room>', 'room ID, for account data of a room');

export const ifRevisionOption = (): Option<'--if-revision <revision>', undefined, undefined, GivenCondition> =>
  new Option('--if-revision <revision>', 'only if it is at this revision, "absent" or "present"').argParser(parseIfRevision);


/** Whether a table is asked for of what goes on without an end. */
export const isEndless = ({ follow, output, columns, json }: OutputOptions & { readonly follow: boolean }): boolean =>
  follow && (output === 'table' || output === 'wide' || (output === undefined && json !== true && columns !== undefined));
