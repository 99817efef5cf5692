import { alice, tokens } from './exampleConfig.js';
import { matrixClient } from './MatrixClient.js';
import type { ServerProcess } from './ServerProcess.js';

/** What the server answers, or why it does not. */
const asked = async ({ url }: ServerProcess, path: string): Promise<unknown> => {
  const { body } = await matrixClient(url, tokens.admin, alice).send('GET', path);
  return body;
};

const notices = ({ program }: ServerProcess): ReadonlyArray<string> =>
  program
    .errors()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{"level":"info"'));

/**
 * Where the deliveries of a server to its modules stand, in lines: how far each module is, what it has parked, and what it and
 * those that ran before it in its folder have logged that is more than information.
 */
export const deliveryReport = async (servers: ReadonlyArray<ServerProcess>): Promise<string> => {
  const lines = servers.flatMap(notices);
  const server = servers.at(-1);
  if (server === undefined) return lines.join('\n');
  try {
    const status = await asked(server, '/v1/modules');
    const { modules } = status as { readonly modules: ReadonlyArray<{ readonly name: string }> };
    const parked = await Promise.all(modules.map(({ name }) => asked(server, `/v1/modules/${encodeURIComponent(name)}/parked`)));
    return [JSON.stringify(status), ...parked.map((answer) => JSON.stringify(answer)), ...lines].join('\n');
  } catch (error) {
    return [`The server does not tell: ${String(error)}`, ...lines].join('\n');
  }
};
