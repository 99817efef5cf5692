import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import { type RowForm, writeOne, writeRows } from '../output/writeRows.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { Context, Contexts, Execution } from './Execution.js';
import { withOutput } from './options.js';

interface ShownContext extends Pick<Context, 'name' | 'url'> {
  readonly isCurrent: boolean;
}

const form: RowForm<ShownContext> = {
  json: ({ name, url, isCurrent }) => ({ name, url, current: isCurrent }),
  text: ({ name, url, isCurrent }) => `${isCurrent ? '*' : ' '} ${printable(name)}  ${printable(url)}\n`,
  columns: ['current', 'name', 'url'],
};

const shown = ({ current }: Contexts, { name, url }: Context): ShownContext => ({ name, url, isCurrent: name === current });

const listCommand = ({ world, execute, readContexts }: Execution): CommandUnknownOpts =>
  withOutput(new Command('list').description('Shows the servers that were logged in to; the current one is marked.')).action((options) =>
    execute(
      pipe(
        readContexts(),
        TE.flatMapTask((known) => async () => {
          await writeRows(world, options, form, known.contexts.map((context) => shown(known, context)), 'There are no contexts: account-data login URL makes one.');
        }),
      ),
      options.json === true,
    ),
  );

const unknown = (name: string): Refusal => refusal('no_such_context', `There is no context ${printable(name)}.`, 'account-data context list shows which there are.');

const changeContext =
  (word: string, description: string, done: string, change: (known: Contexts, name: string) => Contexts) =>
  ({ world, execute, readContexts, writeContexts }: Execution): CommandUnknownOpts =>
    withOutput(new Command(word).description(description))
      .argument('<name>', 'name of the context')
      .action((name, options) =>
        execute(
          pipe(
            TE.Do,
            TE.bind('known', () => readContexts()),
            TE.bind('context', ({ known }) => TE.fromNullable(unknown(name))(known.contexts.find((context) => context.name === name))),
            TE.let('changed', ({ known }) => change(known, name)),
            TE.tap(({ changed }) => writeContexts(changed)),
            TE.flatMapTask(({ context, changed }) => () => writeOne(world, options, { ...form, text: () => `${done} ${printable(name)}.\n` }, shown(changed, context))),
          ),
          options.json === true,
        ),
      );

const useCommand = changeContext('use', 'Works on this server from now on, where nothing else is named.', 'Now current:', ({ contexts }, name) => ({ current: name, contexts }));

const removeCommand = changeContext('remove', 'Forgets a server and its token. The token itself stays valid at the server.', 'Forgot', ({ current, contexts }, name) => ({
  ...(current === undefined || current === name ? {} : { current }),
  contexts: contexts.filter((context) => context.name !== name),
}));

/** `context list|use|remove` */
export const contextCommand = (execution: Execution): CommandUnknownOpts =>
  new Command('context')
    .description('Servers that were logged in to.')
    .addCommand(listCommand(execution))
    .addCommand(useCommand(execution))
    .addCommand(removeCommand(execution));
