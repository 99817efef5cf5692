import { loadConfig, makeLogger, startServer } from '@account-data/server';
import { pause, systemRuntime } from '@account-data/runtime';
import { documentedModule } from '@account-data/tests-synapse';
import * as E from 'fp-ts/lib/Either.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userIdOf } from './Operation.js';
import type { Announced, Side } from './Side.js';

const sender = '@auditor:example.org';
const rooms = ['!audit:example.org', '!python:example.org'] as const;

const configuration = (python: string, folder: string): object => ({
  server: { port: 0 },
  server_name: 'example.org',
  auth: {
    tokens: [
      ...(['alice', 'bob', 'carol'] as const).map((name) => ({ token: `${name}-token`, role: 'user', user_id: userIdOf(name) })),
      { token: 'admin-token', role: 'admin' },
    ],
  },
  modules: [
    { module: '@account-data/module-audit-room', config: { audit_room: rooms[0], sender } },
    {
      module: '@account-data/module-python',
      config: { python, python_path: [folder], class: 'custom_account_data.CustomAccountDataModule', config: { audit_room: rooms[1], sender } },
    },
  ],
});

const headers = { authorization: 'Bearer admin-token' };

/** Until the modules have heard of everything. */
const untilDelivered = async (url: string): Promise<void> => {
  for (;;) {
    const answer = await fetch(`${url}/v1/modules`, { headers });
    const { modules } = (await answer.json()) as { readonly modules: ReadonlyArray<{ readonly lag_events: number }> };
    if (modules.every(({ lag_events }) => lag_events === 0)) return;
    await pause(systemRuntime, 20);
  }
};

/** Our server with the module of Synapse's documentation twice: ours, and the documented one itself. @category constructors */
export const ourSide = async (python: string, folder: string, room: string): Promise<Side> => {
  writeFileSync(join(folder, 'custom_account_data.py'), await documentedModule(python));
  writeFileSync(join(folder, 'account-data.yaml'), JSON.stringify(configuration(python, folder)));
  const config = await loadConfig({ env: {}, cwd: folder })();
  if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
  const server = await startServer(config.right, { env: {}, logger: makeLogger('silent', { write: () => undefined }), print: () => undefined });

  const announcedIn = async (auditRoom: string): Promise<ReadonlyArray<Announced>> => {
    const found: Array<Announced> = [];
    for (let cursor = ''; ; ) {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await fetch(`${server.url}/v1/rooms/${encodeURIComponent(auditRoom)}/events?limit=1000${query}`, { headers });
      const page = (await answer.json()) as { readonly events: ReadonlyArray<{ readonly sender: string; readonly content: { readonly body: string } }>; readonly next: string };
      if (page.events.length === 0) return found;
      found.push(...page.events.map((event) => ({ sender: event.sender, body: event.content.body })));
      cursor = page.next;
    }
  };

  return {
    url: server.url,
    room,
    tokenOf: (user) => `${user}-token`,
    announced: async () => {
      await untilDelivered(server.url);
      return Promise.all(rooms.map(announcedIn));
    },
    deactivate: async (user) => {
      const answer = await fetch(`${server.url}/v1/users/${encodeURIComponent(userIdOf(user))}/erase`, { method: 'POST', headers });
      if (!answer.ok) throw new Error(`The erasure was answered with ${String(answer.status)}.`);
    },
    close: server.close,
  };
};
