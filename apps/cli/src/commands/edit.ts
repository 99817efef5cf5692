import { type ChangeResult, clientTask, type ClientError } from '@account-data/client';
import type { JsonObject } from '@account-data/domain';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import { isDeepStrictEqual } from 'node:util';
import { writeChange } from '../output/changeText.js';
import { printable } from '../output/printable.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { FoundEntry } from '../target/Target.js';
import { inBrackets, systemErrorOf } from '../systemError.js';
import type { Edited, World } from '../World.js';
import { parseContent, parseUser } from './arguments.js';
import { isShownFirst, isWanted } from './bringBack.js';
import { changeOptionsOf } from './changeOptions.js';
import type { Execution } from './Execution.js';
import { changeCommand, roomOption } from './options.js';

const open = async (world: World, entry: FoundEntry | undefined): Promise<E.Either<Refusal, Edited>> => {
  try {
    return E.right(await world.edit(`${JSON.stringify(entry?.content ?? {}, null, 2)}\n`));
  } catch (error) {
    return E.left(refusal('editor_failed', `The editor could not be run, or failed${inBrackets(systemErrorOf(error))}. Nothing was changed.`, 'VISUAL or EDITOR names the editor.'));
  }
};

const kept = ({ file }: Edited): string => `What was written is kept in ${printable(file)}: account-data put USER TYPE @${printable(file)}`;

/** Sends what was written; it is kept where that is refused. */
const send = async (
  edited: Edited,
  change: (content: JsonObject) => Promise<E.Either<ClientError, ChangeResult | undefined>>,
  now: FoundEntry | undefined,
): Promise<E.Either<ClientError | Refusal, ChangeResult | 'unchanged' | undefined>> => {
  const content = parseContent(edited.text, () => refusal('invalid_content', 'What was written is not JSON. Nothing was changed.', kept(edited)));
  if (E.isLeft(content)) return E.left({ advice: kept(edited), ...content.left });
  if (isDeepStrictEqual(content.right, now?.content ?? {})) {
    await edited.forget();
    return E.right('unchanged');
  }
  const done = await change(content.right);
  if (E.isRight(done)) await edited.forget();
  else if (done.left.code === 'revision_mismatch') return E.left(refusal(done.left.code, 'It was changed by somebody else meanwhile. Nothing was changed.', kept(edited)));
  return done;
};

/** `edit USER TYPE`: opens an editor, shows what was changed, and sends it if nobody else changed it meanwhile. */
export const editCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  changeCommand('edit', 'Opens account data in an editor (VISUAL, EDITOR, else vi), shows what was changed, and sets it if nobody changed it meanwhile.')
    .argument('<user>', 'user ID', parseUser)
    .argument('<type>', 'type, as org.example.theme')
    .addOption(roomOption())
    .option('--yes', 'set it without asking')
    .action((userId, type, options) =>
      execute(
        withTarget(options, 'change', (target) => async () => {
          const key = { userId, roomId: options.room ?? null, type };
          const now = await clientTask(() => target.get(userId, key.roomId, type))();
          if (E.isLeft(now)) return now;
          const edited = await open(world, now.right);
          if (E.isLeft(edited)) return edited;
          const change = async (content: JsonObject): Promise<E.Either<ClientError, ChangeResult | undefined>> => {
            const isMeant = !isShownFirst(world, options) || (await isWanted(world, options, [{ ...key, before: now.right?.content, after: content }]));
            if (!isMeant) return E.right(undefined);
            return clientTask(() => target.set(userId, key.roomId, type, content, { ...changeOptionsOf(options), ifRevision: now.right?.revision ?? 'absent' }))();
          };
          const done = await send(edited.right, change, now.right);
          if (E.isLeft(done)) return done;
          if (done.right === 'unchanged') world.writeError('account-data: Nothing was changed.\n');
          else if (done.right !== undefined) await writeChange(world, 'Set', key, done.right, options)();
          return E.right(undefined);
        }),
        options.json === true,
      ),
    );
