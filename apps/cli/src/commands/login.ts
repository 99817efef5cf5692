import { clientTask, type SessionInfo } from '@account-data/client';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { Command } from '@commander-js/extra-typings';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { type Refusal, refusal, usageError } from '../Refusal.js';
import type { World } from '../World.js';
import type { Context, Contexts, Execution } from './Execution.js';
import { withOutput } from './options.js';

interface LoggedIn extends Omit<Context, 'token'> {
  readonly session: SessionInfo;
}

const form: RowForm<LoggedIn> = {
  json: ({ name, url, session }) => ({ name, url, role: session.role, user_id: session.userId }),
  text: ({ name, url, session }) => `Logged in to ${printable(url)} with role ${printable(session.role)}${session.userId === null ? '' : ` as ${session.userId}`}. The context ${printable(name)} is current.\n`,
  columns: ['name', 'url', 'role', 'user_id'],
};

/** Asked for at a terminal, without showing it; else all of standard input. */
const readToken = (world: World): TE.TaskEither<Refusal, string> =>
  pipe(
    TE.fromTask(async () => (await (world.readSecret?.('Access token: ') ?? world.readInput())).trim()),
    TE.filterOrElse(
      (token) => /^\S+$/.test(token),
      () => refusal('token_missing', 'No token was given.', 'At a terminal it is asked for; otherwise give it on standard input: account-data login URL < FILE'),
    ),
  );

const nameOf = (url: string): string => new URL(url).host;

const withContext = ({ contexts }: Contexts, context: Context): Contexts => ({
  current: context.name,
  contexts: [...contexts.filter(({ name }) => name !== context.name), context],
});

/** `login URL`: keeps a server and a token as a context, and uses it from then on. */
export const loginCommand = ({ world, execute, withServer, readContexts, writeContexts }: Execution): CommandUnknownOpts =>
  withOutput(new Command('login').description('Keeps a server and an access token as a context, after it tried them, and works on it from then on where nothing else is named. The token is asked for, or read from standard input.'))
    .argument('<url>', 'the server, as https://account-data.example.org')
    .option('--name <name>', 'of the context (default: the host of the URL)')
    .action((url, options) =>
      execute(
        URL.canParse(url)
          ? pipe(
              readToken(world),
              TE.flatMap((token) =>
                withServer({ url, token }, 'index', (client) =>
                  pipe(
                    TE.Do,
                    TE.bind('session', () => clientTask(() => client.session())),
                    TE.bindW('contexts', () => readContexts()),
                    TE.tap(({ contexts }) => writeContexts(withContext(contexts, { name: options.name ?? nameOf(url), url, token }))),
                    TE.flatMapTask(({ session }) => () => writeOne(world, options, form, { name: options.name ?? nameOf(url), url, session })),
                  ),
                ),
              ),
            )
          : TE.left(usageError('This is no URL of a server.', 'It looks like https://account-data.example.org')),
        options.json === true,
      ),
    );
