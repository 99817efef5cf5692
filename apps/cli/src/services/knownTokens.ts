import type { ServerConfig, StaticToken } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { FolderOptions, KnownToken, Services } from '../commands/Execution.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';

const known = (keptIn: KnownToken['keptIn']) => ({ sha256, role, userId, name }: StaticToken): KnownToken => ({
  sha256,
  role,
  keptIn,
  ...(userId === undefined ? {} : { userId }),
  ...(name === undefined ? {} : { name }),
});

interface Found {
  readonly config: ServerConfig;
  readonly tokens: ReadonlyArray<KnownToken>;
}

const findTokens = async (options: FolderOptions, world: World): Promise<E.Either<Refusal, Found>> => {
  const config = await findConfig(options, world)();
  if (E.isLeft(config)) return config;
  const { readTokenFile } = await import('@account-data/server/configuration');
  const ofFolder = await readTokenFile(config.right.store.path)();
  if (E.isLeft(ofFolder)) return E.left(refusal(ofFolder.left.code, ofFolder.left.message));
  return E.right({
    config: config.right,
    tokens: [...ofFolder.right.map(known('data folder')), ...config.right.auth.tokens.map(known('configuration'))],
  });
};

/** The tokens that the server of a data folder knows by themselves. */
export const listTokens =
  (world: World): Services['listTokens'] =>
  (options) =>
  async () => {
    const found = await findTokens(options, world);
    return E.isLeft(found) ? found : E.right(found.right.tokens);
  };

/** Takes a token out of the data folder; a server that runs on it stops taking it within ten seconds. */
export const revokeToken =
  (world: World): Services['revokeToken'] =>
  ({ which, ...options }): TE.TaskEither<Refusal, KnownToken> =>
  async () => {
    const found = await findTokens(options, world);
    if (E.isLeft(found)) return found;
    const matching = found.right.tokens.filter(({ sha256, name }) => sha256.startsWith(which.toLowerCase()) || name === which);
    const [token] = matching;
    if (token === undefined) return E.left(refusal('no_such_token', 'No token has this digest or name.', 'account-data token list shows them.'));
    if (matching.length > 1) {
      return E.left(refusal('several_tokens', `${String(matching.length)} tokens have this digest or name.`, 'Give more of the digest: account-data token list -o wide shows all of it.'));
    }
    if (token.keptIn === 'configuration') {
      return E.left(refusal('token_configured', 'This token is one of the configuration.', 'Take it out of auth.tokens, and start the server anew.'));
    }
    const { removeFromTokenFile } = await import('@account-data/server/configuration');
    const removed = await removeFromTokenFile(found.right.config.store.path, token.sha256)();
    return E.isLeft(removed) ? E.left(refusal(removed.left.code, removed.left.message)) : E.right(token);
  };
