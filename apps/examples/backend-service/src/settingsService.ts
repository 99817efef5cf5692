import { type AccountDataClient, ClientError } from '@account-data/client';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Settings, usualSettings } from './Settings.js';

/**
 * `PUT /settings/{user}` sets a user's settings, `GET /settings/{user}` reads them. An answer to a change says in
 * `Position` where it stands; a read that is sent with it sees the change, whichever instance of this service is asked.
 */
export const settingsService = (client: AccountDataClient): RequestListener => {
  const settings = client.type('org.example.shop.settings', Settings);

  const set = async (userId: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const given = Settings.decode(JSON.parse(await text(request)));
    if (given._tag === 'Left') {
      answer(response, 400, { error: 'Settings are theme (light, dark) and newsletter (true, false).' });
      return;
    }
    const key = request.headers['idempotency-key'];
    const { revision } = await settings.set(userId, given.right, {
      reason: 'changed in the shop',
      // Whoever calls and never got the answer calls again with the same key: the change is made once.
      ...(typeof key === 'string' ? { requestKey: key } : {}),
    });
    answer(response, 200, { revision }, client.position());
  };

  const read = async (userId: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const position = request.headers['position'];
    const found = await settings.get(userId, typeof position === 'string' ? { atLeast: position } : {});
    answer(response, 200, found?.content ?? usualSettings);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, user] = /^\/settings\/([^/]+)$/.exec(request.url ?? '') ?? [];
    if (user === undefined) answer(response, 404, { error: 'There is /settings/{user}.' });
    else if (request.method === 'PUT') await set(decodeURIComponent(user), request, response);
    else if (request.method === 'GET') await read(decodeURIComponent(user), request, response);
    else answer(response, 405, { error: 'GET and PUT are what there is.' });
  };

  return (request, response) => {
    handle(request, response).catch((error: unknown) => refuse(response, error));
  };
};

const answer = (response: ServerResponse, status: number, body: object, position?: string): void => {
  response.writeHead(status, { 'Content-Type': 'application/json', ...(position === undefined ? {} : { Position: position }) });
  response.end(JSON.stringify(body));
};

/** What the caller did wrong is said; what is wrong here is logged by its code, without what it was about. */
const refuse = (response: ServerResponse, error: unknown): void => {
  if (error instanceof SyntaxError || error instanceof URIError) {
    answer(response, 400, { error: 'That can not be read.' });
    return;
  }
  const isRefusal = error instanceof ClientError && error.status === 400;
  if (!isRefusal) console.error(error instanceof ClientError ? error.code : error);
  answer(response, isRefusal ? 400 : 502, { error: error instanceof ClientError ? error.code : 'failed' });
};
