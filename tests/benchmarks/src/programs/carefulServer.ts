import { systemRuntime } from '@account-data/runtime';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import type { BareSettings, ProgramContext, RunningProgram } from '../Program.js';
import { tokenAt, userAt } from '../workload.js';
import { openBare } from './openBare.js';

interface Key {
  readonly userId: string;
  readonly type: string;
}

const path = '/_matrix/client/v3/user/:userId/account_data/:type';
const json = 'application/json; charset=utf-8';

/**
 * The baseline of the HTTP service with what a careful server must do, by hand: it looks up the token and holds its user
 * against the path, puts event and state under one flush (as `bareChanges`), answers with an ETag, the position and
 * `no-store`, and counts. A state is a line with the revision, a line of what else belongs to it, and the content's JSON, so that
 * a read parses nothing.
 */
export const carefulServer = async (settings: BareSettings, users: number, { folder }: ProgramContext): Promise<RunningProgram> => {
  const root = openBare(folder, settings);
  const events = root.openDB<string, number>({ name: 'events', encoding: 'string' });
  const states = root.openDB<string, string>({ name: 'states', encoding: 'string' });
  const { clock, random } = systemRuntime;
  const tokens = new Map(Array.from({ length: users }, (_, index) => [`Bearer ${tokenAt(index)}`, userAt(index)]));
  const counted = { get: 0, put: 0 };
  let position = 0;
  let durable = 0;

  const app = fastify({ logger: { level: 'warn' } });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  const isAllowed = (request: FastifyRequest, reply: FastifyReply, userId: string): boolean => {
    const user = tokens.get(request.headers.authorization ?? '');
    if (user === userId) return true;
    void reply.code(user === undefined ? 401 : 403).send();
    return false;
  };
  const answer = (reply: FastifyReply, revision: string | number, body: string): void => {
    void reply
      .header('content-type', json)
      .header('cache-control', 'no-store')
      .header('etag', `"${String(revision)}"`)
      .header('account-data-position', String(durable))
      .send(body);
  };
  app.put<{ Params: Key }>(path, async (request, reply) => {
    const { userId, type } = request.params;
    if (!isAllowed(request, reply, userId)) return reply;
    const content = JSON.parse(String(request.body)) as unknown;
    const id = random.uuid();
    const created = clock.now();
    position += 1;
    const revision = position;
    void events.put(
      revision,
      JSON.stringify({
        id,
        type: 'AccountDataUpdated',
        stream: `account_data-${userId}`,
        revision,
        created,
        data: { userId, roomId: null, type, content },
        metadata: { schemaVersion: 1, actor: { kind: 'user', id: userId }, $correlationId: id, origin: 'api' },
      }),
    );
    const put = states.put(`${userId}|${type}`, `${String(revision)}\n${String(created)} ${id}\n${JSON.stringify(content)}`);
    await (settings.overlappingSync ? root.flushed : put);
    durable = Math.max(durable, revision);
    counted.put += 1;
    answer(reply, revision, '{}');
    return reply;
  });
  app.get<{ Params: Key }>(path, (request, reply) => {
    const { userId, type } = request.params;
    if (!isAllowed(request, reply, userId)) return;
    const state = states.get(`${userId}|${type}`);
    counted.get += 1;
    if (state === undefined) void reply.code(404).send();
    else answer(reply, state.slice(0, state.indexOf('\n')), state.slice(state.lastIndexOf('\n') + 1));
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    close: async () => {
      await app.close();
      await root.close();
    },
  };
};
