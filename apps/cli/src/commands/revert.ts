import { clientTask } from '@account-data/client';
import { isEmptyContent } from '@account-data/domain';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import { writeChange } from '../output/changeText.js';
import { printable } from '../output/printable.js';
import { refusal } from '../Refusal.js';
import { parseRevision, parseUser } from './arguments.js';
import { changeAt, isShownFirst, isWanted } from './bringBack.js';
import { changeOptionsOf } from './changeOptions.js';
import type { Execution } from './Execution.js';
import { changeCommand } from './options.js';

/** `revert USER REVISION`: undoes the last change of a key, as a new change. */
export const revertCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  changeCommand('revert', 'Undoes a change: sets its key to what it was before, if nothing changed the key since.')
    .argument('<user>', 'user ID', parseUser)
    .argument('<revision>', 'revision of the change, as history shows it', parseRevision)
    .option('--dry-run', 'only show what would become of it')
    .option('--yes', 'do it without asking')
    .action((userId, revision, options) =>
      execute(
        withTarget(options, options.dryRun === true ? 'read' : 'change', (target) => async () => {
          const found = await changeAt(target, userId, revision)();
          if (E.isLeft(found)) return found;
          const { roomId, type, content, previousContent } = found.right;
          const current = await clientTask(() => target.get(userId, roomId, type))();
          if (E.isLeft(current)) return current;
          const isLast = isEmptyContent(content) ? current.right === undefined : current.right?.revision === revision;
          if (!isLast) {
            return E.left(refusal('changed_since', `${printable(type)} was changed since revision ${revision}.`, `To bring back what an earlier change made of it: account-data restore ${printable(userId)} REVISION`));
          }
          if (isShownFirst(world, options) && !(await isWanted(world, options, [{ roomId, type, before: current.right?.content, after: previousContent }]))) return E.right(undefined);
          // Whoever changes it in between is not overwritten.
          const change = { reason: `reverts revision ${revision}`, ...changeOptionsOf(options), ifRevision: isEmptyContent(content) ? ('absent' as const) : revision };
          const done = await clientTask(() =>
            previousContent === null || isEmptyContent(previousContent)
              ? target.delete(userId, roomId, type, change)
              : target.set(userId, roomId, type, previousContent, change),
          )();
          if (E.isLeft(done)) return done;
          await writeChange(world, `Reverted revision ${revision} of`, { userId, roomId, type }, done.right, options)();
          return E.right(undefined);
        }),
        options.json === true,
      ),
    );
