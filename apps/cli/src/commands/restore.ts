import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask } from '@account-data/client';
import { ChangeJson } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { jsonLine } from '../output/json.js';
import { parseRevision, parseUser } from './arguments.js';
import { changeOptionsOf } from './changeOptions.js';
import type { Execution } from './Execution.js';
import { changeCommand } from './options.js';

/** `restore USER REVISION`: makes what a past change made, again, through a running server. */
export const restoreCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  changeCommand('restore', 'Sets a key to what a past change made of it, as a new change.')
    .argument('<user>', 'user ID', parseUser)
    .argument('<revision>', 'revision of the past change, as history shows it', parseRevision)
    .action((userId, revision, options) =>
      execute(
        withServer(options, (client) =>
          pipe(
            clientTask(() => client.restore(userId, revision, changeOptionsOf(options))),
            TE.flatMapTask((change) => () =>
              world.write(options.json === true ? jsonLine(ChangeJson.encode(change)) : `Restored revision ${revision} as revision ${change.revision}.\n`),
            ),
          ),
        ),
        options.json === true,
      ),
    );
