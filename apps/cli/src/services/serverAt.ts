import * as E from 'fp-ts/lib/Either.js';
import { type Refusal, refusal, usageError } from '../Refusal.js';
import { type HttpServer, httpServer } from '../target/server/HttpServer.js';
import type { World } from '../World.js';

const tokenAdvice =
  'Set ACCOUNT_DATA_TOKEN, or give --token. One of role admin may do everything; auditor may look; service may change and ' +
  'read all users, user its own. `account-data token create --role admin` makes one for the server of this data folder.';

/** A server by its URL, with the token of the options or the environment. */
export const serverAt = (url: string, given: string | undefined, world: World): E.Either<Refusal, HttpServer> => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return E.left(usageError('--url is not an http:// or https:// URL.', 'It looks like http://127.0.0.1:8090'));
  }
  const token = given ?? world.env['ACCOUNT_DATA_TOKEN'];
  return token === undefined || token === ''
    ? E.left(refusal('token_missing', `The server at ${new URL(url).origin} asks for a token.`, tokenAdvice))
    : E.right(httpServer(new URL(url), token, world.stopped));
};
