import * as TE from 'fp-ts/lib/TaskEither.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { ServerConfig } from '../config/ServerConfig.js';
import { addToTokenFile, makeToken, readTokenFile } from './tokenFile.js';
import type { TokenFileError } from './tokenFile.js';

/**
 * Sees to it that somebody can get in: where neither the configuration nor the data folder knows a token, nor another
 * way of authentication is configured, an admin token is made. It is given back to be shown once; the folder keeps its
 * digest only. On any later start there is one, and nothing is given back.
 */
export const ensureToken = (config: ServerConfig): TE.TaskEither<TokenFileError, string | undefined> => {
  const { tokens, jwt, homeserver } = config.auth;
  if (tokens.length > 0 || jwt !== undefined || homeserver !== undefined) return TE.right(undefined);
  return pipe(
    readTokenFile(config.store.path),
    TE.chain((present): TE.TaskEither<TokenFileError, string | undefined> => {
      if (present.length > 0) return TE.right(undefined);
      const { token, sha256 } = makeToken();
      return pipe(
        addToTokenFile(config.store.path, { sha256, role: 'admin', name: 'first-start' }),
        TE.map(() => token),
      );
    }),
  );
};

/** What the first start prints last: the token, and lines that work as they are. The users of a homeserver that is followed are not changed here. */
export const firstStartText = (token: string, url: string, { serverName, follow }: Pick<ServerConfig, 'serverName' | 'follow'>): string => {
  const user = `@alice:${serverName ?? 'example.org'}`;
  const path = `${url}/_matrix/client/v3/user/${user}/account_data/org.example.theme`;
  const put = `    curl -X PUT -H 'Authorization: Bearer ${token}' -d '{"theme":"dark"}' '${path}'`;
  const get = `    curl -H 'Authorization: Bearer ${token}' '${follow === undefined ? path : `${url}/v1/follow`}'`;
  return [
    '',
    'This is the first start: an admin token was made. It is shown only now; keep it.',
    '',
    `    ${token}`,
    '',
    'Try it:',
    '',
    ...(follow === undefined ? [put, ''] : []),
    get,
    '',
  ].join('\n');
};
