import { Socket } from 'node:net';
import { type AppendResult, type ExpectedRevision, Position, type ProposedEvent, Revision, StreamName } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WriteResult } from '../src/LogRole.js';
import { connectToOwner, type OwnerConnection } from '../src/socket/OwnerConnection.js';
import { createSocketServer } from '../src/socket/SocketServer.js';
import { newEvent } from './support/openStore.js';
import { roleWith } from './support/roleWith.js';
import { temporaryFolder } from './support/temporaryFolder.js';

type Append = (stream: StreamName, events: ReadonlyArray<ProposedEvent>, expected: ExpectedRevision) => WriteResult<AppendResult>;

const connected = async (append: Append): Promise<OwnerConnection> => {
  const options = { storeId: 'a store', runtime: systemRuntime };
  const server = await createSocketServer({
    ...options,
    storePath: temporaryFolder(),
    role: roleWith(append),
    compact: () => Promise.reject(new Error('Nothing to compact.')),
    logger: undefined,
  });
  const connection = await connectToOwner({ ...options, path: server.path, milliseconds: 60_000, onDurable: () => undefined, onClose: () => undefined });
  if (connection === undefined) throw new Error('The owner did not say hello.');
  onTestFinished(async () => {
    connection.close();
    await server.close();
  });
  return connection;
};

const appendTo = (stream: string) => ({ op: 'append', stream, events: [newEvent()], expected: 'any' }) as const;

const done = (n: number): AppendResult => ({ revision: Revision(n), position: Position(n + 1) });

describe('what is sent to the owner of a log', () => {
  it('goes as one write with all that comes in the same turn, and is answered as one, each by itself and in order', async () => {
    const seen: Array<string> = [];
    const conflict = { _tag: 'RevisionConflict', code: 'revision_conflict', stream: StreamName('s3'), expected: 'no-stream', actual: Revision(7) } as const;
    const connection = await connected((stream) => {
      seen.push(stream);
      return Promise.resolve(stream === conflict.stream ? E.left(conflict) : E.right(done(seen.length)));
    });
    const writes = [vi.spyOn(Socket.prototype, '_write'), vi.spyOn(Socket.prototype, '_writev')];
    onTestFinished(() => {
      for (const write of writes) write.mockRestore();
    });
    const streams = Array.from({ length: 20 }, (_, n) => `s${String(n)}`);
    const answers = await Promise.all(streams.map((stream) => connection.send(appendTo(stream))));
    expect(seen).toEqual(streams);
    expect(answers).toEqual(streams.map((stream, n) => (stream === conflict.stream ? E.left(conflict) : E.right(done(n + 1)))));
    expect(writes.reduce((sum, write) => sum + write.mock.calls.length, 0)).toBe(2);
  });

  it('is told apart where the connection ends: what was answered is known, what was not is unknown', async () => {
    const unfinished: Array<(outcome: E.Either<never, AppendResult>) => void> = [];
    const connection = await connected((stream) =>
      stream === 'slow' ? new Promise((resolve) => unfinished.push(resolve)) : Promise.resolve(E.right(done(0))),
    );
    onTestFinished(() => {
      for (const finish of unfinished) finish(E.right(done(1)));
    });
    const [slow, quick] = [connection.send(appendTo('slow')), connection.send(appendTo('quick'))];
    expect(await quick).toEqual(E.right(done(0)));
    expect(unfinished).toHaveLength(1);
    connection.close();
    expect(await slow).toEqual(E.left('disconnected'));
    expect(await connection.send(appendTo('late'))).toEqual(E.left('disconnected'));
  });
});
