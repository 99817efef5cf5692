import { EventEmitter } from 'node:events';
import { simulatedRuntime, systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { makeOpenAnswers } from '../../src/http/OpenAnswers.js';
import { makeConcurrency } from '../../src/limits/Concurrency.js';
import { StreamedList } from '@account-data/service-api';
import { jsonParts } from '../../src/http/jsonParts.js';

/** An answer whose reader takes what it is told to take. */
class Answer extends EventEmitter {
  writableLength = 0;
  writableFinished = false;
  writableEnded = false;
  headersSent = true;
  destroyed = false;
  get writableNeedDrain(): boolean {
    return this.writableLength >= 100;
  }
  write(text: string): boolean {
    this.writableLength += text.length;
    return !this.writableNeedDrain;
  }
  end(): void {
    this.writableEnded = true;
    if (this.writableLength === 0) this.writableFinished = true;
  }
  take(): void {
    this.writableLength = 0;
    this.emit('drain');
    if (!this.writableEnded) return;
    this.writableFinished = true;
    this.emit('finish');
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const answer = (): Answer => new Answer();
const text = 'x'.repeat(100);

describe('answers that have not reached their readers', () => {
  it('wait for them, and go on once they have read', async () => {
    const answers = makeOpenAnswers(systemRuntime.timers);
    const response = answer();
    const open = answers.open(response);
    open.write('x');
    expect(open.drained()).toBeUndefined();
    open.write(text);
    const drained = open.drained();
    expect(answers.unread()).toBe(101);
    response.take();
    await drained;
    expect(answers.unread()).toBe(0);
    open.end();
    expect(answers.count()).toBe(0);
  });

  it('are cut off where a reader takes nothing for too long, also at their end', async () => {
    const runtime = simulatedRuntime({ seed: 1 });
    const answers = makeOpenAnswers(runtime.timers, { patience: 1_000, bytes: 10_000 });
    const [amid, ended, whole] = [answer(), answer(), answer()];
    const open = answers.open(amid);
    open.write(text);
    const drained = open.drained();
    const other = answers.open(ended);
    other.write(text);
    other.end();
    whole.write(text);
    whole.end();
    answers.watch(whole);
    await runtime.advance(999);
    expect([amid, ended, whole].map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
    await runtime.advance(1);
    await drained;
    expect([amid, ended, whole].map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
    open.end();
    expect(answers.count()).toBe(0);
    expect(answers.unread()).toBe(0);
  });

  it('hold no more than their bound together: those that wait longest are cut off', () => {
    const answers = makeOpenAnswers(systemRuntime.timers, { patience: 60_000, bytes: 250 });
    const waiting = Array.from({ length: 5 }, () => {
      const response = answer();
      const open = answers.open(response);
      open.write(text);
      void open.drained();
      return response;
    });
    expect(waiting.map(({ destroyed }) => destroyed)).toEqual([true, true, true, false, false]);
    expect(answers.unread()).toBe(200);
  });

  it('of an erased user go no further, while others do', () => {
    const answers = makeOpenAnswers(systemRuntime.timers);
    const [ofAlice, ofBob, ofBoth, read] = [answer(), answer(), answer(), answer()];
    answers.open(ofAlice, new Set(['@alice:x']));
    answers.open(ofBob, new Set(['@bob:x']));
    answers.open(ofBoth).write('something', '@alice:x');
    const open = answers.open(read);
    open.write('something', '@alice:x');
    read.take();
    expect(open.drained()).toBeUndefined();
    answers.forget('@alice:x');
    expect([ofAlice, ofBob, ofBoth, read].map(({ destroyed }) => destroyed)).toEqual([true, false, true, false]);
  });
});

describe('what is under way at once', () => {
  it('is never more than the bound, in the order of asking, also after failures', async () => {
    const concurrency = makeConcurrency(2);
    let running = 0;
    let most = 0;
    const order: Array<number> = [];
    const results = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) =>
        concurrency.run(async () => {
          running += 1;
          most = Math.max(most, running);
          order.push(index);
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          running -= 1;
          if (index % 3 === 0) throw new Error('failed');
          return index;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(3);
    expect(running).toBe(0);
  });
});

describe('JSON in parts', () => {
  const list = (...items: ReadonlyArray<unknown>): StreamedList<unknown> =>
    new StreamedList(
      (async function* all(): AsyncGenerator<unknown> {
        for (const item of items) yield await Promise.resolve(item);
      })(),
    );
  const whole = async (body: Record<string, unknown>): Promise<string> => {
    let written = '';
    for await (const part of jsonParts(body)) written += part;
    return written;
  };

  it('is what JSON.stringify gives', async () => {
    expect(await whole({ a: 1, none: undefined, l: list({ b: 'ü"' }, null, [2]), z: null })).toBe(JSON.stringify({ a: 1, none: undefined, l: [{ b: 'ü"' }, null, [2]], z: null }));
    expect(await whole({ l: list() })).toBe('{"l":[]}');
    expect(await whole({})).toBe('{}');
  });
});
