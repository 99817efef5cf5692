import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { DoubleLog, LaggingView } from '../src/index.js';

const event = (id: string = systemRuntime.random.uuid()) => ({
  id,
  type: 'T',
  isJson: true,
  data: Buffer.from('{}'),
  metadata: new Uint8Array(),
});

const visible = (log: DoubleLog, stream: string): ReadonlyArray<bigint> =>
  log.records.filter((record) => record.stream === stream).map(({ revision }) => revision);

describe('the log of the double', () => {
  it('goes on showing in the whole log what can not be read from its stream, until it is scavenged', () => {
    const log = new DoubleLog(systemRuntime);
    log.append('$$counted', [{ ...event(), type: '$metadata', data: Buffer.from('{"$maxCount":1}') }], 'any');
    for (let round = 0; round < 3; round += 1) log.append('counted', [event()], 'any');
    log.append('dead', [event(), event()], 'no-stream');
    log.tombstone('dead', 'any');
    log.append('soft', [event()], 'no-stream');
    log.deleteSoftly('soft', 'any');
    expect(log.readStream('counted', 'start', false, 9)).toMatchObject({ records: [{ revision: 2n }] });
    expect(log.readStream('dead', 'start', false, 9)).toEqual({ _tag: 'Deleted' });
    expect(log.readStream('$$dead', 'start', false, 9)).toEqual({ _tag: 'Deleted' });
    expect(log.readStream('soft', 'start', false, 9)).toEqual({ _tag: 'NoStream' });
    expect(visible(log, 'counted')).toEqual([0n, 1n, 2n]);
    log.scavenge();
    expect(visible(log, 'counted')).toEqual([2n]);
    expect(visible(log, 'dead')).toEqual([9_223_372_036_854_775_807n]);
    // The last event of a stream that was deleted softly stays: its revision must not be lost.
    expect(visible(log, 'soft')).toEqual([0n]);
  });

  it('remembers ids for `any` only until it starts anew, and for a revision always', () => {
    const log = new DoubleLog(systemRuntime);
    const first = event();
    expect(log.append('s', [first], 'no-stream')).toMatchObject({ revision: 0n, idempotent: false });
    expect(log.append('s', [first], 'any')).toMatchObject({ revision: 0n, idempotent: true });
    log.append('s', [event()], 0n);
    log.forgetIds();
    expect(log.append('s', [first], 'no-stream')).toMatchObject({ revision: 0n, idempotent: true });
    expect(log.append('s', [first], 'any')).toMatchObject({ revision: 2n, idempotent: false });
  });

  it('brings a softly deleted stream back where it was, with an append that expects no stream or its last revision', () => {
    for (const expected of ['no-stream', 1n, 'any'] as const) {
      const log = new DoubleLog(systemRuntime);
      log.append('s', [event(), event()], 'no-stream');
      log.deleteSoftly('s', 'any');
      expect(log.append('s', [event()], 0n)).toMatchObject({ _tag: 'WrongRevision', actual: 1n });
      expect(log.append('s', [event()], expected)).toMatchObject({ _tag: 'Written', revision: 2n });
      expect(log.readStream('s', 'start', false, 9)).toMatchObject({ records: [{ revision: 2n }] });
    }
  });
});

describe('the view of a node that falls behind', () => {
  it('shows nothing new until it catches up, and then tells everything once, in order', () => {
    const log = new DoubleLog(systemRuntime);
    const view = new LaggingView(log);
    const told: Array<bigint> = [];
    view.onWritten(({ stream, revision }) => stream === 's' && told.push(revision));
    log.append('s', [event()], 'any');
    view.fallBehind();
    log.append('s', [event(), event()], 'any');
    log.append('t', [event()], 'any');
    expect(told).toEqual([0n]);
    expect(view.readStream('s', 'end', true, 9)).toMatchObject({ records: [{ revision: 0n }] });
    expect(view.readStream('t', 'start', false, 9)).toEqual({ _tag: 'NoStream' });
    expect(view.records.at(-1)).toMatchObject({ stream: 's', revision: 0n });
    expect(view.indexAt(log.end)).toBe(view.records.length);
    view.catchUp();
    expect(told).toEqual([0n, 1n, 2n]);
    expect(view.records).toHaveLength(log.records.length);
    expect(view.readStream('t', 'start', false, 9)).toMatchObject({ records: [{ revision: 0n }] });
  });
});
