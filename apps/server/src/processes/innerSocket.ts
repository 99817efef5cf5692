import type { FastifyInstance } from 'fastify';
import { rm } from 'node:fs/promises';
import { type Agent, createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http';
import type { Socket } from 'node:net';

const listenAt = async (server: Server, path: string): Promise<() => Promise<void>> => {
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    });
};

/** Those who ask keep their connections, and find them open. */
const options = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, requireHostHeader: false };

const jsonOf = async (message: IncomingMessage): Promise<unknown> => {
  const chunks: Array<Buffer> = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
};

/**
 * Answers what other processes of this server ask at a Unix socket, both as JSON; its folder keeps out all others. A question that `answer`
 * rejects is cut off. Gives what ends that.
 */
export const answerAtSocket = (path: string, answer: (question: unknown) => Promise<unknown>): Promise<() => Promise<void>> =>
  listenAt(
    createServer(options, (request, response) => {
      jsonOf(request).then(answer).then(
        (told) => {
          response.end(JSON.stringify(told));
        },
        () => {
          response.destroy();
        },
      );
    }),
    path,
  );

const ofProcesses = new WeakSet<Socket>();

/** Whether another process of this server is at the other end of a connection to the app. */
export const isOfProcess = (socket: Socket): boolean => ofProcesses.has(socket);

/** Has an app answer there as it does where it listens. */
export const answerAppAtSocket = async (app: FastifyInstance, path: string): Promise<() => Promise<void>> => {
  await app.ready();
  const server = createServer(options);
  server.on('connection', (socket: Socket) => {
    ofProcesses.add(socket);
  });
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.on(event, (...exchange: ReadonlyArray<unknown>) => {
      app.server.emit(event, ...exchange);
    });
  }
  return listenAt(server, path);
};

/** What is asked of a process besides nothing, and over which connections. @category model */
export interface Asked {
  readonly question?: unknown;
  readonly agent?: Agent;
}

/** What a process answers at its socket. Rejects where there is no answer within the time, in milliseconds. */
export const askAtSocket = (socketPath: string, timeout: number, { question, agent }: Asked = {}): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const asked = httpRequest({ socketPath, path: '/', method: 'POST', signal, ...(agent === undefined ? {} : { agent }) }, (answer) => {
      jsonOf(answer).then(resolve, reject);
    });
    asked.on('error', reject);
    asked.end(question === undefined ? undefined : JSON.stringify(question));
  });
