import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { restore } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { callOperation } from '../target/server/callOperation.js';
import { parseRevision, parseUser } from './arguments.js';
import type { Execution } from './Execution.js';
import { changeCommand } from './options.js';

/** `restore USER REVISION`: makes what a past change made, again, through a running server. */
export const restoreCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  changeCommand('restore', 'Sets a key to what a past change made of it, as a new change.')
    .argument('<user>', 'user ID', parseUser)
    .argument('<revision>', 'revision of the past change, as history shows it', parseRevision)
    .action((userId, revision, options) =>
      execute(
        withServer(options, (server) =>
          pipe(
            callOperation(server, restore, {
              params: { userId },
              query: {},
              body: {
                revision,
                ...(options.reason === undefined ? {} : { reason: options.reason }),
                ...(options.requestKey === undefined ? {} : { requestKey: options.requestKey }),
              },
            }),
            TE.flatMap((change) =>
              TE.fromTask(() => {
                const answer = restore.answer.encode(change);
                return world.write(
                  options.json === true
                    ? `${JSON.stringify(answer)}\n`
                    : `Restored revision ${String(revision)} as revision ${String(change.revision)}.\n`,
                );
              }),
            ),
          ),
        ),
        options.json === true,
      ),
    );
