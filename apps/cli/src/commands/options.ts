import type { GivenCondition } from '@account-data/service-api';
import { Command, InvalidArgumentError, Option, type OptionValues } from '@commander-js/extra-typings';
import { outputFormats, type OutputOptions } from '../output/writeRows.js';
import { parseIfRevision } from './arguments.js';

type FolderFlags = { dir?: string; config?: string };
type PlaceFlags = FolderFlags & { url?: string; context?: string; token?: string };
type OutputFlags = { json?: true; output?: (typeof outputFormats)[number]; columns?: ReadonlyArray<string> };

const inFolder = (name: string, description: string): Command<[], FolderFlags> =>
  new Command(name)
    .description(description)
    .option('--dir <folder>', 'data folder (default: ACCOUNT_DATA_DIR, store.path of the configuration, or ./data)')
    .option('--config <file>', 'configuration (default: ACCOUNT_DATA_CONFIG, or ./account-data.yaml if it is there)');

/** A command with the options that say what it works on, and which writes in a format of its own. */
export const placedCommand = (name: string, description: string): Command<[], PlaceFlags> =>
  inFolder(name, description)
    .option('--url <url>', 'a running server, instead of a data folder')
    .option('--context <name>', 'a server that was logged in to (default: ACCOUNT_DATA_CONTEXT, or the current one, where no folder or configuration is named or here)')
    .option('--token <token>', 'access token for --url (better: login, or ACCOUNT_DATA_TOKEN, which no process list shows)');

const outputOption = () =>
  new Option('-o, --output <format>', 'how results are written; without it, as text').choices(outputFormats);

/** `--columns type,content`. */
const parseColumns = (text: string): ReadonlyArray<string> => {
  const names = text.split(',').map((name) => name.trim());
  if (!names.every((name) => /^[a-z][A-Za-z_]*$/.test(name))) throw new InvalidArgumentError('It must be names as --json has them, with commas: type,content');
  return names;
};

/** The same command, with the options that say how its results are written. */
export const withOutput = <Flags extends OptionValues>(command: Command<[], Flags>): Command<[], Flags & OutputFlags> =>
  command
    .addOption(outputOption())
    .option('--columns <names>', 'only these members, as type,content; in a table unless --output says otherwise', parseColumns)
    .option('--json', 'one JSON object a line (--output ndjson)') as Command<[], OptionValues> as Command<[], Flags & OutputFlags>;

/** A command on a data folder, with the options that say how its results are written. */
export const folderCommand = (name: string, description: string): Command<[], FolderFlags & OutputFlags> => withOutput(inFolder(name, description));

/** A command with the options that say what it works on and how its results are written. */
export const targetCommand = (name: string, description: string): Command<[], PlaceFlags & OutputFlags> => withOutput(placedCommand(name, description));

/** The same with the options of a change. */
export const changeCommand = (
  name: string,
  description: string,
): Command<
  [],
  PlaceFlags & OutputFlags & { reason?: string; requestKey?: string }
> =>
  targetCommand(name, description)
    .option('--reason <text>', 'why, kept in the history')
    .option('--request-key <key>', 'a retry with the same key changes nothing and answers the same');

export const roomOption = (): Option<'--room <room>'> => new Option('--room <room>', 'room ID, for account data of a room');

export const ifRevisionOption = (): Option<'--if-revision <revision>', undefined, undefined, GivenCondition> =>
  new Option('--if-revision <revision>', 'only if it is at this revision, "absent" or "present"').argParser(parseIfRevision);

const parseInterval = (text: string): number => {
  const seconds = Number(text);
  if (!/^\d{1,5}(\.\d+)?$/.test(text) || seconds < 0.1) throw new InvalidArgumentError('It must be a number of seconds, 0.1 or more.');
  return seconds;
};

/** How often it is looked. */
export const intervalOption = (): Option<'--interval <seconds>', undefined, undefined, number> =>
  new Option('--interval <seconds>', 'how long from one look to the next (default: 2)').argParser(parseInterval);

/** A command that can be watched. */
export const watchable = <Args extends Array<unknown>, Flags extends OptionValues>(command: Command<Args, Flags>): Command<Args, Flags & { watch?: true; interval?: number }> =>
  command
    .option('--watch', 'look again and again, on a screen of its own where a terminal shows it (q ends); elsewhere write what is another than before')
    .addOption(intervalOption().implies({ watch: true })) as Command<Args, OptionValues> as Command<Args, Flags & { watch?: true; interval?: number }>;

/** Which of its times is asked for of a change. */
export const byOption = (): Option<'--by <time>', undefined, undefined, undefined, false, 'original' | 'recorded'> =>
  new Option('--by <time>', 'by when a change was made (original, the default) or when the log recorded it, which of an import is later').choices(['original', 'recorded'] as const);

/** Whether a table is asked for of what goes on without an end. */
export const isEndless = ({ follow, output, columns, json }: OutputOptions & { readonly follow: boolean }): boolean =>
  follow && (output === 'table' || output === 'wide' || (output === undefined && json !== true && columns !== undefined));
