import { createConnection, type Socket } from 'node:net';
import type { AppendError, AppendResult } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { CompactionFailed, CompactionReport } from '../LmdbEventStore.js';
import { decodeDone, decodeError, lineReader, protocolVersion, type WireError, type WireRequest } from './protocol.js';
import { turnWriter } from './turnWriter.js';

/** A request without its number, which the connection gives it. */
export type OwnerRequest = WireRequest extends infer Request ? (Request extends WireRequest ? Omit<Request, 'id'> : never) : never;

/** What became of a request: the owner's answer, or that the connection ended before one came. */
export type OwnerAnswer = E.Either<AppendError | CompactionFailed | 'disconnected', AppendResult | CompactionReport>;

/** A connection to the owner of a folder. It ends once, for good. */
export interface OwnerConnection {
  readonly send: (request: OwnerRequest) => Promise<OwnerAnswer>;
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

export interface OwnerConnectionOptions {
  readonly path: string;
  readonly storeId: string;
  readonly runtime: Runtime;
  /** How long the owner has for its hello. */
  readonly milliseconds: number;
  /** The owner says that more is durable. */
  readonly onDurable: () => void;
  readonly onClose: () => void;
}

const hasNumber = <K extends string>(message: object, key: K): message is Readonly<Record<K, number>> =>
  key in message && typeof (message as Readonly<Record<string, unknown>>)[key] === 'number';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Connects, and waits for the owner's hello. Gives nothing where nobody (or somebody else) answers. */
export const connectToOwner = (options: OwnerConnectionOptions): Promise<OwnerConnection | undefined> =>
  new Promise((resolve) => {
    const waiting = new Map<number, (answer: OwnerAnswer) => void>();
    const socket: Socket = createConnection(options.path);
    const write = turnWriter(socket, options.runtime.timers);
    let nextId = 1;
    let state: 'connecting' | 'open' | 'closed' = 'connecting';

    const end = (): void => {
      cancelTimer();
      if (state === 'closed') return;
      const wasOpen = state === 'open';
      state = 'closed';
      socket.destroy();
      for (const settle of waiting.values()) settle(E.left('disconnected'));
      waiting.clear();
      if (wasOpen) options.onClose();
      else resolve(undefined);
    };

    const cancelTimer = options.runtime.timers.setTimeout(end, options.milliseconds);

    const connection: OwnerConnection = {
      send: (request) =>
        new Promise((settle) => {
          if (state !== 'open') {
            settle(E.left('disconnected'));
            return;
          }
          const id = nextId;
          nextId += 1;
          waiting.set(id, settle);
          // An answer that is waited for keeps the process alive; a connection alone does not.
          socket.ref();
          write(`${JSON.stringify({ ...request, id })}\n`);
        }),
      isOpen: () => state === 'open',
      close: end,
    };

    const answer = (id: number, outcome: OwnerAnswer): void => {
      const settle = waiting.get(id);
      waiting.delete(id);
      if (waiting.size === 0) socket.unref();
      settle?.(outcome);
    };

    const take = (message: unknown): void => {
      if (!isObject(message)) throw new TypeError('Not a message.');
      if (hasNumber(message, 'durable')) options.onDurable();
      else if (hasNumber(message, 'hello')) {
        if (message.hello !== protocolVersion || !('store' in message) || message.store !== options.storeId) {
          throw new TypeError('Not the owner of this store, or of another version.');
        }
        state = 'open';
        cancelTimer();
        socket.unref();
        resolve(connection);
      } else if (hasNumber(message, 'id')) {
        if ('done' in message && isObject(message.done)) answer(message.id, E.right(decodeDone(message.done)));
        else if ('report' in message && isObject(message.report)) answer(message.id, E.right(message.report as CompactionReport));
        else if ('refused' in message && isObject(message.refused)) {
          const error = decodeError(message.refused as WireError);
          answer(message.id, E.left(error ?? 'disconnected'));
        }
      }
    };

    const read = lineReader(take);
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch {
        end();
      }
    });
    socket.on('error', end);
    socket.on('close', end);
  });
