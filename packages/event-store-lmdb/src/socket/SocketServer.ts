import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type AppendError, type AppendResult, checkAppend, checkStream, StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { createInFlight } from '../InFlight.js';
import type { CompactionError, CompactionReport, StoreLogger } from '../LmdbEventStore.js';
import { tellingDamage } from '../damagedError.js';
import type { LogRole } from '../LogRole.js';
import { decodeExpected, encodeCompaction, encodeOutcome, lineReader, protocolVersion, type WireMessage, type WireRequest } from './protocol.js';
import { makeSocketPlace } from './socketPath.js';
import { turnWriter } from './turnWriter.js';

/** Takes the writes of other processes, and tells them when more is durable. */
export interface SocketServer {
  readonly path: string;
  /**
   * More is durable: tells all followers, at most once a turn of the event loop. One that does not read (its process was
   * stopped) is told the latest when it does: nothing piles up for it.
   */
  readonly announce: (durable: number) => void;
  /** Takes nothing more, answers what it has taken, then ends the connections. */
  readonly close: () => Promise<void>;
}

/** How long a follower has to take the last answers, in milliseconds. */
const farewell = 1_000;

export interface SocketServerOptions {
  readonly storePath: string;
  readonly storeId: string;
  readonly role: LogRole;
  readonly compact: () => Promise<E.Either<CompactionError, CompactionReport>>;
  readonly runtime: Runtime;
  readonly logger: StoreLogger | undefined;
}

const isRequest = (message: unknown): message is WireRequest =>
  typeof message === 'object' && message !== null && 'op' in message && 'id' in message && typeof message.id === 'number';

type Write = Exclude<WireRequest, { readonly op: 'compact' }>;

const perform = (role: LogRole, request: Write): Promise<E.Either<AppendError, AppendResult | undefined>> => {
  checkStream(request.stream);
  const stream = StreamName(request.stream);
  switch (request.op) {
    case 'append':
      checkAppend(stream, request.events);
      return role.append(stream, request.events, decodeExpected(request.expected));
    case 'metadata':
      return role.setMetadata(stream, request.metadata).then(E.map(() => undefined));
    case 'tombstone':
      return role.tombstone(stream).then(E.map(() => undefined));
  }
};

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    // Not through the process that began this one, where that shares what it listens at (node:cluster).
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });

export const createSocketServer = async ({ storePath, storeId, role, compact, runtime, logger }: SocketServerOptions): Promise<SocketServer> => {
  const place = makeSocketPlace(storePath);
  /** The followers, and what writes to each. */
  const sockets = new Map<Socket, (text: string) => void>();
  /** Those that have not been told the latest, because they do not read. */
  const behind = new Set<Socket>();
  const answers = createInFlight();
  let announced = 0;
  let isScheduled = false;

  const send = (socket: Socket, message: WireMessage): void => {
    sockets.get(socket)?.(`${JSON.stringify(message)}\n`);
  };

  const tellDurable = (socket: Socket): void => {
    if (socket.writableNeedDrain) behind.add(socket);
    else send(socket, { durable: announced });
  };

  const accept = (socket: Socket): void => {
    const write = turnWriter(socket, runtime.timers);
    sockets.set(socket, write);
    const drop = (cause: unknown): void => {
      logger?.warn('A follower was disconnected.', { reason: cause instanceof Error ? cause.message : String(cause) });
      socket.destroy();
    };
    const answer = async (message: unknown): Promise<void> => {
      if (!isRequest(message)) throw new TypeError('Not a request.');
      const text =
        message.op === 'compact'
          ? encodeCompaction(message.id, await compact())
          : encodeOutcome(message.id, await tellingDamage(() => perform(role, message)));
      if (!socket.destroyed) write(text);
    };
    const read = lineReader((message) => {
      answers.track(answer(message)).catch(drop);
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (cause) {
        drop(cause);
      }
    });
    socket.on('error', () => {
      socket.destroy();
    });
    socket.on('drain', () => {
      if (behind.delete(socket)) tellDurable(socket);
    });
    socket.on('close', () => {
      sockets.delete(socket);
      behind.delete(socket);
    });
    send(socket, { hello: protocolVersion, store: storeId });
    send(socket, { durable: role.durable() });
  };

  const server = createServer(accept);
  await listen(server, place.path);
  chmodSync(place.path, 0o600);
  // The store does not keep a process alive that has nothing else to do.
  server.unref();

  return {
    path: place.path,
    announce: (durable) => {
      announced = durable;
      if (isScheduled || sockets.size === 0) return;
      isScheduled = true;
      runtime.timers.defer(() => {
        isScheduled = false;
        for (const socket of sockets.keys()) tellDurable(socket);
      });
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const socket of sockets.keys()) socket.pause();
      await answers.idle();
      const destroyAll = (): void => {
        for (const socket of sockets.keys()) socket.destroy();
      };
      const cancel = runtime.timers.setTimeout(destroyAll, farewell);
      for (const socket of sockets.keys()) {
        socket.end(() => {
          socket.destroy();
        });
      }
      await closed;
      cancel();
      place.remove();
    },
  };
};
