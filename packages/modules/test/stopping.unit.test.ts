import { describe, expect, it } from 'vitest';
import type { DeliveryOutcome, ModulePolicy } from '../src/index.js';
import { type Call, type LogLine, createWorld, recording, recordingLogger, right, until } from './support/world.js';

const once = { initial: 1, maximum: 1, factor: 1 };

const policies: Readonly<Record<string, Partial<ModulePolicy>>> = {
  skip: { failure: { onFailure: 'skip' } },
  retry: { failure: { onFailure: 'retry', backoff: once } },
  park: { failure: { onFailure: 'park', attempts: 1, backoff: once } },
};

const never = (): Promise<void> => new Promise(() => undefined);

describe('a stop that does not wait for a callback', () => {
  it.each(Object.keys(policies))('leaves its change to be delivered again (%s)', async (name) => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const lines: Array<LogLine> = [];
    const outcomes: Array<DeliveryOutcome> = [];
    const policy = policies[name] ?? {};
    const first = world.host([recording('slow', calls, policy, never)], {
      logger: recordingLogger(lines),
      metrics: {
        delivered: (_module, outcome) => outcomes.push(outcome),
        blocked: () => undefined,
        checkpointWritten: () => undefined,
      },
    });
    await first.start();
    const { eventId } = await world.set();
    await world.set();
    await until(() => calls.length === 1, 'it runs');
    await first.stop(20);
    expect(calls[0]?.context.signal.aborted).toBe(true);
    expect(outcomes).toEqual(['abandoned']);
    expect(lines.find(({ message }) => message.includes('delivered again'))?.fields).toMatchObject({ module: 'slow', eventId });
    expect(first.status().modules[0]).toMatchObject({ failures: 0, deliveries: 0 });

    const second = world.host([recording('slow', calls, policy)]);
    await second.start();
    await world.caughtUp(second);
    await until(() => second.status().modules[0]?.held.length === 0, 'nobody is held');
    expect(calls.map(({ context }) => context.revision)).toEqual([0n, 0n, 1n]);
    expect(right(await second.parked('slow')())).toEqual([]);
    await second.stop();
  });

  it('uses up none of the tries of a change that is tried again, and parks nothing meanwhile', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const policy: Partial<ModulePolicy> = { failure: { onFailure: 'park', attempts: 2, backoff: once } };
    const first = world.host([
      recording('slow', calls, policy, () => {
        if (calls.length === 1) throw new Error('down');
        return never();
      }),
    ]);
    await first.start();
    await world.set();
    await until(() => calls.length === 2, 'it is tried again');
    await first.stop(20);
    expect(right(await first.parked('slow')())).toEqual([]);
    const second = world.host([recording('slow', calls, policy)]);
    await second.start();
    await until(() => calls.length === 3, 'it was delivered again');
    await second.stop();
  });
});
