import { type AccessEntry, type AccountDataClient, clientTask } from '@account-data/client';
import { type AccessKind, accessKinds } from '@account-data/domain';
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { accessForm } from '../output/accessText.js';
import { writeRows } from '../output/writeRows.js';
import type { Target } from '../target/Target.js';
import type { World } from '../World.js';
import { parseLimit } from './arguments.js';
import type { Execution } from './Execution.js';
import { targetCommand } from './options.js';

/** The most that a page has. */
const pageLength = 500;

type Asked = Omit<NonNullable<Parameters<AccountDataClient['accessLog']>[0]>, 'cursor' | 'limit'>;

/** Page after page, up to the limit; what is beyond it is said. */
async function* entriesOf(world: World, target: Pick<Target, 'accessLog'>, asked: Asked, limit: number): AsyncGenerator<AccessEntry, void, void> {
  let left = limit;
  for (let cursor: string | undefined; !world.stopped.aborted; ) {
    const { entries, next } = await target.accessLog({ ...asked, limit: Math.min(left, pageLength), ...(cursor === undefined ? {} : { cursor }) });
    yield* entries;
    left -= entries.length;
    if (next === undefined) return;
    if (left <= 0) {
      world.writeError('There may be more: a larger --limit shows them.\n');
      return;
    }
    cursor = next;
  }
}

const kindOption = (): Option<'--kind <kind>', undefined, undefined, AccessKind> => new Option('--kind <kind>', 'what was looked at').choices(accessKinds);

/** `access-log [USER]`: who looked at whose data, when and why. */
export const accessLogCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('access-log', 'Tells which auditors and admins looked at whose data, when and why, and who made exports; the newest first.')
    .argument('[user]', 'whose data: entries about this user, and about all users at once')
    .option('--actor <id>', 'who looked')
    .addOption(kindOption())
    .option('--limit <number>', 'at most so many entries', parseLimit, 100)
    .action((user, options) =>
      execute(
        withTarget(options, 'read', (target) =>
          clientTask(async () => {
            await world.page?.();
            const asked: Asked = {
              ...(user === undefined ? {} : { userId: user }),
              ...(options.actor === undefined ? {} : { actor: options.actor }),
              ...(options.kind === undefined ? {} : { kind: options.kind }),
            };
            await writeRows(world, options, accessForm, entriesOf(world, target, asked, options.limit), 'Nobody looked, as far as is kept.');
          }),
        ),
        options.json === true,
      ),
    );
