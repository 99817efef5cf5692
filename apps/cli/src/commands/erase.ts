import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { type AccountDataClient, clientTask, type ErasureReceipt } from '@account-data/client';
import { ErasureReceiptJson } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import type { Steps } from '../output/progressText.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { usageError } from '../Refusal.js';
import type { World } from '../World.js';
import { parseUser } from './arguments.js';
import type { Execution } from './Execution.js';
import { ifInterrupted } from './ifInterrupted.js';
import { targetCommand } from './options.js';
import { withProgress } from './withProgress.js';

const form: RowForm<ErasureReceipt> = {
  json: ErasureReceiptJson.encode,
  text: ({ userId, steps }) =>
    `${printable(userId)} is erased, for good.\n${steps
      .flatMap(({ removed, remains }) => [...removed.map((text) => `  removed: ${printable(text)}\n`), ...remains.map((text) => `  remains: ${printable(text)}\n`)])
      .join('')}`,
  columns: ['user_id', 'time', 'steps'],
};

/** Which step of the erasure runs; how long it has run at least, where the server is too old to tell. */
const lookAt = ({ runtime: { clock } }: World, client: AccountDataClient, userId: string): (() => Promise<Steps>) => {
  const begun = clock.monotonic();
  return async () => {
    const running = await client.runningErasures().catch(() => []);
    const at = running.find((erasure) => erasure.userId === userId);
    return { elapsed: clock.monotonic() - begun, ...(at === undefined ? {} : { at }) };
  };
};

/** `erase USER --yes`: removes all account data and tags of a user, for good, through a running server. */
export const eraseCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('erase', 'Removes all account data and tags of a user, for good. The user ID can never be used again.')
    .argument('<user>', 'user ID', parseUser)
    .option('--reason <text>', 'why, kept with the erasure')
    .option('--yes', 'really do it')
    .action((userId, options) =>
      execute(
        options.yes === true
          ? withServer(options, 'modules', (client) =>
              pipe(
                withProgress(world, 'Erasing', lookAt(world, client, userId), clientTask(() => client.eraseUser(userId, options.reason === undefined ? {} : { reason: options.reason }))),
                ifInterrupted('Once an erasure has begun, nothing of the user can be read or changed, and a server goes on with it. Run the same command again: it finishes what is left, and says what was removed.'),
                TE.flatMapTask((receipt) => () => writeOne(world, options, form, receipt)),
              ),
            )
          : TE.left(usageError('An erasure can not be undone.', 'Add --yes to do it.')),
        options.json === true,
      ),
    );
