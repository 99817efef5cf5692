import { fastify } from 'fastify';
import type { BareSettings, ProgramContext, RunningProgram } from '../Program.js';
import { contentOf } from '../workload.js';
import { openBare } from './openBare.js';

const path = '/_matrix/client/v3/user/:userId/account_data/:type';
const json = 'application/json; charset=utf-8';

/**
 * The baseline of the HTTP service: a PUT that awaits one durable put of the body, a GET that answers constant bytes.
 * `parse` is what a PUT does with its body: `json` parses it as Fastify does by itself, `text` takes it as it came.
 */
export const bareServer = async (
  settings: BareSettings,
  parse: 'json' | 'text',
  { folder }: ProgramContext,
): Promise<RunningProgram> => {
  const root = openBare(folder, settings);
  const states = root.openDB<string, string>({ name: 'states', encoding: 'string' });
  const app = fastify({ logger: { level: 'warn' } });
  if (parse === 'text') {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      done(null, body);
    });
  }
  const answer = JSON.stringify(contentOf(0));
  app.put<{ Params: { userId: string; type: string } }>(path, async (request, reply) => {
    const text = typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
    const put = states.put(`${request.params.userId}|${request.params.type}`, text);
    await (settings.overlappingSync ? root.flushed : put);
    void reply.header('content-type', json);
    return '{}';
  });
  app.get(path, (_request, reply) => {
    void reply.header('content-type', json).send(answer);
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
