import { type AccountDataClient, createAccountDataClient } from '@account-data/client';
import * as E from 'fp-ts/lib/Either.js';
import { type Refusal, refusal, usageError } from '../Refusal.js';
import type { World } from '../World.js';

const tokenAdvice =
  'Log in once with account-data login URL, or set ACCOUNT_DATA_TOKEN, or give --token. One of role admin may do everything; auditor may look; service may change and ' +
  'read all users, user its own. `account-data token create --role admin` makes one for the server of this data folder.';

/** A running server, by its client. @category model */
export interface ServerTarget {
  readonly client: AccountDataClient;
  /** As messages name it. */
  readonly origin: string;
}

/** A server by its URL, with the token of the options or the environment. */
export const serverAt = (url: string, given: string | undefined, world: World): E.Either<Refusal, ServerTarget> => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return E.left(usageError('--url is not an http:// or https:// URL.', 'It looks like http://127.0.0.1:8090'));
  }
  const { origin } = new URL(url);
  const token = given ?? world.env['ACCOUNT_DATA_TOKEN'];
  if (token === undefined || token === '') return E.left(refusal('token_missing', `The server at ${origin} asks for a token.`, tokenAdvice));
  return E.right({ client: clientAt(url, token, world), origin });
};

/** A client that a command works with: whoever waits at a terminal is told of a failure at once. @category constructors */
export const clientAt = (baseUrl: string, token: string, { env, runtime, stopped }: World): AccountDataClient => {
  const reason = env['ACCOUNT_DATA_REASON'];
  return createAccountDataClient({ baseUrl, token, runtime, retries: { attempts: 1 }, signal: stopped, ...(reason === undefined ? {} : { reason }) });
};
