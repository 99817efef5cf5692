import { EventEmitter } from 'node:events';
import { systemRuntime } from '@account-data/runtime';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../src/appends/AttemptOutcome.js';
import { type AppendStream, BatchAppendCall } from '../src/appends/BatchAppendCall.js';
import { prepareAppend } from '../src/wire/appendRequests.js';
import { newEvent, pause } from './support/withServer.js';

/** A gRPC call that takes so many requests before it wants to be waited for. */
class FakeCall extends EventEmitter implements AppendStream {
  readonly written: Array<Buffer> = [];
  cancelled = false;
  readonly #room: number;

  constructor(room: number) {
    super();
    this.#room = room;
  }

  write(request: Buffer): boolean {
    this.written.push(request);
    return this.written.length < this.#room;
  }

  cancel(): void {
    this.cancelled = true;
  }

  answer(index: number): void {
    const success = new streams.BatchAppendResp.Success();
    success.setCurrentRevision('0');
    const answer = new streams.BatchAppendResp();
    answer.setCorrelationId(streams.BatchAppendReq.deserializeBinary(this.written[index] ?? Buffer.alloc(0)).getCorrelationId());
    answer.setSuccess(success);
    this.emit('data', readAnswer(Buffer.from(answer.serializeBinary())));
  }
}

const open = (room: number, patience: number): { readonly fake: FakeCall; readonly call: BatchAppendCall } => {
  const fake = new FakeCall(room);
  return { fake, call: new BatchAppendCall(systemRuntime, fake, patience) };
};

const append = (name: string): ReturnType<typeof prepareAppend> => prepareAppend(name, [newEvent()], 'any');

describe('a call for appends', () => {
  it('goes on where an append waits for room in vain while others are answered', async () => {
    const { fake, call } = open(2, 200);
    const [a, b] = [call.send(append('a'), 5_000), call.send(append('b'), 5_000)];
    const c = call.send(append('c'), 200);
    await pause(100);
    fake.answer(0);
    expect(await a).toMatchObject({ _tag: 'Appended' });
    expect(await c).toMatchObject({ _tag: 'NotWritten' });
    expect([call.hasEnded, call.wasSilent, fake.cancelled]).toEqual([false, false, false]);
    fake.answer(1);
    expect(await b).toMatchObject({ _tag: 'Appended' });
  });

  it('goes on where only the network takes something, slowly', async () => {
    const { fake, call } = open(1, 200);
    const a = call.send(append('a'), 5_000);
    const b = call.send(append('b'), 200);
    await pause(100);
    fake.emit('drain');
    expect(await b).toMatchObject({ _tag: 'Unknown' });
    expect(call.hasEnded).toBe(false);
    fake.answer(0);
    expect(await a).toMatchObject({ _tag: 'Appended' });
  });

  it('goes on where an append was given a short time only', async () => {
    const { fake, call } = open(9, 200);
    const a = call.send(append('a'), 5_000);
    expect(await call.send(append('b'), 5)).toMatchObject({ _tag: 'Unknown' });
    expect(call.hasEnded).toBe(false);
    fake.answer(0);
    expect(await a).toMatchObject({ _tag: 'Appended' });
  });

  it('takes no notice of an answer that comes late, or twice', async () => {
    const { fake, call } = open(9, 200);
    const late = call.send(append('late'), 20);
    const other = call.send(append('other'), 5_000);
    expect(await late).toMatchObject({ _tag: 'Unknown' });
    fake.answer(0);
    fake.answer(0);
    fake.answer(1);
    fake.answer(1);
    expect(await other).toMatchObject({ _tag: 'Appended' });
    expect(call.hasEnded).toBe(false);
  });

  it('ends where nothing at all is heard, and says so', async () => {
    const { fake, call } = open(2, 200);
    const [a, b, c] = [call.send(append('a'), 5_000), call.send(append('b'), 5_000), call.send(append('c'), 200)];
    expect(await c).toMatchObject({ _tag: 'NotWritten' });
    expect(await Promise.all([a, b])).toMatchObject([{ _tag: 'Unknown' }, { _tag: 'Unknown' }]);
    expect([call.hasEnded, call.wasSilent, fake.cancelled]).toEqual([true, true, true]);
  });

  it('ends where several short times add up to silence', async () => {
    const { call } = open(9, 100);
    for (let round = 0; !call.hasEnded && round < 50; round += 1) await call.send(append('a'), 20);
    expect(call.wasSilent).toBe(true);
  });
});
