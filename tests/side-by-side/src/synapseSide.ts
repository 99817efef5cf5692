import { startAuditedSynapse } from '@account-data/tests-synapse';
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

/** A real Synapse with the module of its documentation, which sends into a real room. @category constructors */
export const synapseSide = async (python: string, folder: string): Promise<Side> => {
  const config = { experimental_features: { msc3391_enabled: true } };
  const synapse = await startAuditedSynapse({ python, folder, database: 'sqlite', config });
  const register = async (localpart: string, isAdmin = false): Promise<string> => (await synapse.register(localpart, { isAdmin })).accessToken;
  const tokens = { alice: await register('alice'), bob: await register('bob'), carol: await register('carol') };
  const adminToken = await register('admin', true);
  const { auditRoom } = synapse;
  const auditorToken = synapse.auditor.accessToken;
  const { room_id: room } = (await client(synapse.url, tokens.alice)('POST', `${v3}/createRoom`, { preset: 'public_chat' })) as { readonly room_id: string };
  await client(synapse.url, tokens.bob)('POST', `${v3}/join/${encodeURIComponent(room)}`, {});

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
