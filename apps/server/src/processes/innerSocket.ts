import type { FastifyInstance } from 'fastify';
import { rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
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

/** Answers other processes of this server at a Unix socket; its folder keeps out all others. Gives what ends that. */
export const answerAtSocket = (path: string, answer: RequestListener): Promise<() => Promise<void>> => listenAt(createServer(options, answer), path);

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

/** What a process answers at its socket, as JSON. Rejects where there is no answer within the time, in milliseconds. */
export const askAtSocket = (socketPath: string, timeout: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const asked = httpRequest({ socketPath, path: '/', signal: AbortSignal.timeout(timeout) }, (answer) => {
      const chunks: Array<Buffer> = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        } catch (error) {
          reject(error instanceof Error ? error : new Error('Not JSON.'));
        }
      });
    });
    asked.on('error', reject);
    asked.end();
  });
