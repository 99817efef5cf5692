import type { Clock } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { readTokenFile, tokenFileStamp } from './tokenFile.js';
import { staticTokens } from './staticTokens.js';
import type { TokenSource } from './TokenSource.js';

/**
 * The tokens of the data folder, followed as the file changes: a token that `account-data token create` adds works at
 * once, without a restart. The file is looked at when an unknown token comes, at most once a second.
 *
 * @category constructors
 */
export const dataFolderTokens = async (
  folder: string,
  clock: Clock,
  onProblem: (message: string) => void,
): Promise<TokenSource> => {
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
    lookUp: async (token) => {
      const answer = await source.lookUp(token);
      if (answer._tag === 'Known' || clock.monotonic() - lookedAt < 1_000) return answer;
      await refresh();
      return source.lookUp(token);
    },
  };
};
