import { type AccountDataClient, type ClientError, clientTask } from '@account-data/client';
import { isEmptyContent, type JsonObject, type Revision } from '@account-data/domain';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { contentDiff } from '../output/contentDiff.js';
import { type Look, lookOf } from '../output/look.js';
import { printable } from '../output/printable.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { LoggedChange, Target } from '../target/Target.js';
import type { World } from '../World.js';

/** Whether it is done without asking, or only shown. @category model */
export interface BringBackOptions {
  readonly yes?: true | undefined;
  readonly dryRun?: true | undefined;
}

/** What would become of a key: null and `{}` are no content. @category model */
export interface ShownChange {
  readonly roomId: string | null;
  readonly type: string;
  readonly before: JsonObject | null | undefined;
  readonly after: JsonObject | null | undefined;
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

/** What would become of a key, as a diff under its name. */
export const shownChangeText = ({ roomId, type, before, after }: ShownChange, look: Look): string => {
  const where = `${printable(type)}${roomId === null ? '' : ` in room ${printable(roomId)}`}`;
  return `${look.paint('strong', where)}\n${contentDiff(liveOf(before), liveOf(after), look, '    ')}`;
};

/** Shows what keys would become, and asks; false: leave them as they are. */
export const isWanted = async (world: World, options: BringBackOptions, changes: ReadonlyArray<ShownChange>): Promise<boolean> => {
  const look = lookOf(world);
  const text = changes.map((change) => shownChangeText(change, look)).join('');
  if (options.dryRun === true) {
    await world.write(text);
    return false;
  }
  world.writeError(text);
  return (await world.confirm?.('Do this?')) ?? true;
};
