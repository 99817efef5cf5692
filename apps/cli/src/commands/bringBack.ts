import { type AccountDataClient, type ClientError, clientTask } from '@account-data/client';
import { isEmptyContent, type JsonObject, type Revision } from '@account-data/domain';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { contentDiff } from '../output/contentDiff.js';
import { lookOf } from '../output/look.js';
import { printable } from '../output/printable.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { LoggedChange, Target } from '../target/Target.js';
import type { World } from '../World.js';

/** Whether it is done without asking, or only shown. @category model */
export interface BringBackOptions {
  readonly yes?: true | undefined;
  readonly dryRun?: true | undefined;
}

/** Whether whoever is at the terminal is shown first what would be done. Scripts are asked nothing. */
export const isShownFirst = (world: World, { yes, dryRun }: BringBackOptions): boolean =>
  dryRun === true || (yes !== true && world.terminal !== undefined && world.confirm !== undefined);

/** The change of a user with a revision, as the log has it. */
export const changeAt = (
  target: Pick<Target, 'history'> | AccountDataClient,
  userId: string,
  revision: Revision,
): TE.TaskEither<ClientError | Refusal, LoggedChange> =>
  pipe(
    clientTask(() => target.history(userId, { from: revision, direction: 'forwards', limit: 1 })),
    TE.flatMap(({ entries: [entry] }): TE.TaskEither<ClientError | Refusal, LoggedChange> =>
      entry?.revision === revision
        ? TE.right(entry)
        : TE.left(refusal('nothing_to_restore', `${printable(userId)} has no change with revision ${revision}.`, 'history shows which there are.')),
    ),
  );

const liveOf = (content: JsonObject | null | undefined): JsonObject | null => (content === null || content === undefined || isEmptyContent(content) ? null : content);

/** Shows as a diff what a key would become, and asks; false: leave it as it is. */
export const isWanted = async (
  world: World,
  options: BringBackOptions,
  change: Pick<LoggedChange, 'type' | 'roomId'>,
  now: JsonObject | undefined,
  then: JsonObject | null,
): Promise<boolean> => {
  const look = lookOf(world);
  const where = `${printable(change.type)}${change.roomId === null ? '' : ` in room ${printable(change.roomId)}`}`;
  const text = `${look.paint('strong', where)}\n${contentDiff(liveOf(now), liveOf(then), look, '    ')}`;
  if (options.dryRun === true) {
    await world.write(text);
    return false;
  }
  world.writeError(text);
  return (await world.confirm?.('Do this?')) ?? true;
};
