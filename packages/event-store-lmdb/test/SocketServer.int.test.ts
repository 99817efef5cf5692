import { createConnection, type Socket } from 'node:net';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { Position, Revision } from '@account-data/event-store';
import { eventually } from '@account-data/event-store/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogRole } from '../src/LogRole.js';
import { createSocketServer, type SocketServer } from '../src/socket/SocketServer.js';
import { newEvent } from './support/openStore.js';
import { roleWith } from './support/roleWith.js';
import { temporaryFolder } from './support/temporaryFolder.js';

const appended = { revision: Revision(0), position: Position(1) };

const serve = (append: LogRole['append'] = () => Promise.resolve(E.right(appended))): Promise<SocketServer> =>
  createSocketServer({
    storePath: temporaryFolder(),
    storeId: 'a store',
    role: roleWith(append),
    compact: () => Promise.reject(new Error('Nothing to compact.')),
    // What is announced is sent at once, as if each announcement had a turn of its own.
    runtime: {
      ...systemRuntime,
      timers: {
        ...systemRuntime.timers,
        defer: (callback) => {
          callback();
        },
      },
    },
    logger: undefined,
  });

const connect = async (path: string): Promise<{ readonly socket: Socket; readonly lines: ReadonlyArray<string>; readonly hasEnded: () => boolean }> => {
  const socket = createConnection(path);
  onTestFinished(() => void socket.destroy());
  const lines: Array<string> = [];
  let rest = '';
  let hasEnded = false;
  socket.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  socket.on('close', () => {
    hasEnded = true;
  });
  await eventually('the hello', () => lines.length >= 2);
  return { socket, lines, hasEnded: () => hasEnded };
};

describe("the owner's socket", () => {
  it('keeps nothing for a follower that does not read, and tells it the latest when it reads on', async () => {
    const server = await serve();
    onTestFinished(server.close);
    const { socket, lines } = await connect(server.path);
    socket.pause();
    const last = 200_000;
    for (let durable = 1; durable <= last; durable += 1) server.announce(durable);
    socket.resume();
    await eventually('the latest', () => lines.at(-1) === JSON.stringify({ durable: last }));
    expect(lines.length).toBeLessThan(last / 4);
    server.announce(last + 1);
    await eventually('the next one', () => lines.at(-1) === JSON.stringify({ durable: last + 1 }));
  });

  it('answers what it has taken before it closes', async () => {
    const state = { finish: (): void => undefined };
    const server = await serve(
      () =>
        new Promise((resolve) => {
          state.finish = () => {
            resolve(E.right(appended));
          };
        }),
    );
    const { socket, lines, hasEnded } = await connect(server.path);
    const request = { op: 'append', id: 7, stream: 's', events: [newEvent()], expected: 'any' };
    socket.write(`${JSON.stringify(request)}\n`);
    const taken = state.finish;
    await eventually('the request to be taken', () => state.finish !== taken);
    const closing = server.close();
    state.finish();
    await closing;
    await eventually('the end', hasEnded);
    expect(lines.at(-1)).toBe(JSON.stringify({ id: 7, done: { revision: '0', position: '1' } }));
  });
});
