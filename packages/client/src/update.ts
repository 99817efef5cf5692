import type { Revision } from '@account-data/domain';
import { ClientError, unexpectedAnswer } from './ClientError.js';
import type { CommandCalls } from './commands.js';
import type { ChangeResult, Content } from './model.js';
import type { ChangeOptions } from './options.js';
import type { QueryCalls } from './queries.js';

/** How a content is made anew from the current one. @category model */
export interface UpdateOptions extends Omit<ChangeOptions, 'requestKey'> {
  /** How often the content is made anew when others were faster. Default 8. */
  readonly conflicts?: number;
}

/**
 * Takes the current content (null where there is none) and gives the next one; `{}` deletes. It is called again with what
 * is there when somebody else was faster, so it should do nothing else.
 *
 * @category model
 */
export type UpdateContent = (current: Content | null) => Content | Promise<Content>;

/**
 * Reads, changes and writes one key, under the condition that nobody else changed it in between. After a conflict it goes
 * on from what the server said is there, up to a bound; then it rejects with the `revision_mismatch`.
 *
 * @category interpreters
 */
export const updateKey = async (
  { get }: Pick<QueryCalls, 'get'>,
  { set }: Pick<CommandCalls, 'set'>,
  key: { readonly userId: string; readonly roomId: string | null; readonly type: string },
  update: UpdateContent,
  { conflicts = 8, ...options }: UpdateOptions,
): Promise<ChangeResult> => {
  const { userId, roomId, type } = key;
  const { signal } = options;
  const entry = await get(userId, roomId, type, signal === undefined ? {} : { signal });
  let current: { readonly revision: Revision; readonly content: Content } | null = entry ?? null;
  for (let attempt = 0; ; attempt += 1) {
    const next = await update(current === null ? null : current.content);
    try {
      return await set(userId, roomId, type, next, { ...options, ifRevision: current?.revision ?? 'absent' });
    } catch (error) {
      if (!(error instanceof ClientError) || error.code !== 'revision_mismatch' || attempt >= conflicts) throw error;
      if (error.problem?.current === undefined) throw unexpectedAnswer('A revision mismatch came without what is there.', error.status);
      current = error.problem.current;
    }
  }
};
