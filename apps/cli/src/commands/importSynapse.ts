import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { openSynapsePostgres, openSynapseSqlite, type SynapseDatabase, synapseExport } from '@account-data/synapse-import';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import { synapseRows } from '../output/refusedText.js';
import { databaseUnreachable } from '../databaseUnreachable.js';
import { type Refusal, usageError } from '../Refusal.js';
import { whileOpen } from '../whileOpen.js';
import type { World } from '../World.js';
import type { Execution } from './Execution.js';
import { givenFile } from './givenFile.js';
import { targetCommand } from './options.js';
import { importLines } from './transfer.js';

const open = (options: { readonly postgres?: string; readonly sqlite?: string }, world: World): TE.TaskEither<Refusal, SynapseDatabase> => {
  const { postgres, sqlite } = options;
  if ((postgres === undefined) === (sqlite === undefined)) {
    return TE.left(usageError('Which database?', 'Give --postgres URL or --sqlite FILE.'));
  }
  return pipe(
    givenFile(sqlite ?? '', world),
    TE.flatMap((file) => TE.tryCatch(
      async () => (postgres === undefined ? openSynapseSqlite(file) : openSynapsePostgres(postgres)),
      unreachable(sqlite),
    )),
  );
};

const unreachable =
  (sqlite: string | undefined) =>
  (error: unknown): Refusal => {
    const what = sqlite === undefined ? 'The Synapse database can not be reached' : `${printable(sqlite)} can not be opened`;
    return databaseUnreachable(what, error);
  };

/** `import-synapse NAME`: brings account data and tags of a Synapse database into a running server. */
export const importSynapseCommand = (execution: Execution): CommandUnknownOpts =>
  targetCommand('import-synapse', 'Imports account data and tags from a Synapse database, which is only read.')
    .argument('<name>', 'names the database, so that its rows are known again: the homeserver\'s server name')
    .option('--postgres <url>', 'connection string of a PostgreSQL database')
    .option('--sqlite <file>', 'an SQLite file; stop Synapse first, or give a copy')
    .option('--callbacks', 'call modules for what is imported')
    .option('--dry-run', 'only check and count')
    .option('--strict', 'end at the first row that can\'t be imported, instead of passing over such rows and naming them')
    .action((name, options) =>
      execution.execute(
        whileOpen(open(options, execution.world), (database) =>
          execution.withServer(options, 'import', (client) =>
            importLines(execution, client, synapseExport(database, name), {
              ...options,
              passOver: options.strict !== true,
              source: synapseRows,
            }),
          ),
        ),
        options.json === true,
      ),
    );
