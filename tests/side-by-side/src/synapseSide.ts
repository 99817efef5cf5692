import { documentedModule, startSynapse } from '@account-data/tests-synapse';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userIdOf } from './Operation.js';
import type { Announced, Side } from './Side.js';

interface Page {
  readonly chunk: ReadonlyArray<{ readonly type: string; readonly sender: string; readonly content: { readonly body?: string } }>;
  readonly end?: string;
}

/** Speaks JSON to a homeserver as one of its users. */
const client = (url: string, token: string) => async (method: string, path: string, body?: object): Promise<unknown> => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`Synapse answered ${path} with ${String(answer.status)}: ${await answer.text()}`);
  return answer.json();
};

const v3 = '/_matrix/client/v3';

/**
 * A real Synapse with the module of its documentation, which sends into a real room. That module is configured with a room
 * that a user of that Synapse makes: so it is started twice.
 *
 * @category constructors
 */
export const synapseSide = async (python: string, folder: string): Promise<Side> => {
  const options = { python, folder, database: 'sqlite', config: { experimental_features: { msc3391_enabled: true } } } as const;
  const first = await startSynapse(options);
  const register = async (localpart: string, isAdmin = false): Promise<string> => (await first.register(localpart, { isAdmin })).accessToken;
  const tokens = { alice: await register('alice'), bob: await register('bob'), carol: await register('carol') };
  const [auditorToken, adminToken] = [await register('auditor'), await register('admin', true)];
  const createRoom = async (token: string, preset: string): Promise<string> =>
    ((await client(first.url, token)('POST', `${v3}/createRoom`, { preset })) as { readonly room_id: string }).room_id;
  const auditRoom = await createRoom(auditorToken, 'private_chat');
  const room = await createRoom(tokens.alice, 'public_chat');
  await client(first.url, tokens.bob)('POST', `${v3}/join/${encodeURIComponent(room)}`, {});
  await first.stop();

  writeFileSync(join(folder, 'custom_account_data.py'), await documentedModule(python));
  const synapse = await startSynapse({
    ...options,
    pythonPath: [folder],
    modules: [{ module: 'custom_account_data.CustomAccountDataModule', config: { audit_room: auditRoom, sender: '@auditor:example.org' } }],
  });

  const announced = async (): Promise<ReadonlyArray<Announced>> => {
    const found: Array<Announced> = [];
    const ask = client(synapse.url, auditorToken);
    for (let from: string | undefined = ''; from !== undefined; ) {
      const start: string = from === '' ? '' : `&from=${encodeURIComponent(from)}`;
      const page = (await ask('GET', `${v3}/rooms/${encodeURIComponent(auditRoom)}/messages?dir=f&limit=1000${start}`)) as Page;
      for (const { type, sender, content } of page.chunk) if (type === 'm.room.message') found.push({ sender, body: content.body ?? '' });
      from = page.chunk.length === 0 ? undefined : page.end;
    }
    return found;
  };

  return {
    url: synapse.url,
    room,
    tokenOf: (user) => tokens[user],
    announced: async () => [await announced()],
    deactivate: async (user) => {
      await client(synapse.url, adminToken)('POST', `/_synapse/admin/v1/deactivate/${encodeURIComponent(userIdOf(user))}`, { erase: true });
    },
    close: synapse.stop,
  };
};
