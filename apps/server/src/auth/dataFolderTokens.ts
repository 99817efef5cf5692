import type { Clock } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { readTokenFile, tokenFileStamp } from './tokenFile.js';
import { staticTokens } from './staticTokens.js';
import type { TokenSource } from './TokenSource.js';

/** The tokens of the data folder's file, which is looked at again when it may have changed. @category model */
export interface DataFolderTokens extends TokenSource {
  /** Looks at the file now: this program has just added a token. */
  readonly lookAgain: () => Promise<void>;
}

/** The file is looked at when a token is looked up, at most so often; in milliseconds. */
const betweenLooks = 1_000;

/** A token that was removed from the file works no longer than this; what goes on with it is ended a look later. In milliseconds. */
const belief = 5_000;

/**
 * The tokens of the data folder, followed as the file changes: a token that `account-data token create` adds works
 * within a second, one that is removed stops within ten, without a restart.
 *
 * @category constructors
 */
export const dataFolderTokens = async (
  folder: string,
  clock: Clock,
  onProblem: (message: string) => void,
): Promise<DataFolderTokens> => {
  let stamp: string | undefined;
  let source: TokenSource = staticTokens([]);
  let lookedAt = Number.NEGATIVE_INFINITY;

  const refresh = async (): Promise<void> => {
    lookedAt = clock.monotonic();
    const current = await tokenFileStamp(folder);
    if (current === stamp) return;
    const tokens = await readTokenFile(folder)();
    if (E.isLeft(tokens)) {
      onProblem(tokens.left.message);
      return;
    }
    stamp = current;
    source = staticTokens(tokens.right);
  };
  await refresh();
  return {
    lookAgain: refresh,
    lookUp: async (token) => {
      if (clock.monotonic() - lookedAt >= betweenLooks) await refresh();
      const answer = await source.lookUp(token);
      return answer._tag === 'Known' ? { ...answer, lifetime: belief } : answer;
    },
  };
};
