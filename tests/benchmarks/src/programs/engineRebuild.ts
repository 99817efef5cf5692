import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { readFile } from 'node:fs/promises';
import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';
import { openEngine } from './openEngine.js';

const sampleInterval = 50;

/** The memory of this process that is not of files, in megabytes; undefined where the system does not tell. */
const anonymousMemory = async (): Promise<number | undefined> => {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
};

/** Watches the anonymous memory until it is stopped; gives the most it was. */
const watchMemory = (): (() => number | undefined) => {
  let peak: number | undefined;
  let cancel = (): void => undefined;
  const sample = (): void => {
    cancel = systemRuntime.timers.setBackgroundTimeout(sample, sampleInterval);
    void anonymousMemory().then((now) => {
      if (now !== undefined) peak = Math.max(peak ?? 0, now);
    });
  };
  sample();
  return () => {
    cancel();
    return peak;
  };
};

/**
 * A rebuild of the durable projection, indexes included, beside the live one. A round is the whole log, however many
 * seconds it takes; the value is events a second.
 */
export const engineRebuild = async (work: LogWork, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const { engine, close } = await openEngine(folder);
  return {
    round: async () => {
      const peak = watchMemory();
      const start = clock.monotonic();
      const result = await engine.projection.rebuild()();
      const elapsed = clock.monotonic() - start;
      const megabytes = peak();
      if (E.isLeft(result)) throw new Error(result.left.code);
      // The log's own first event is one more.
      if (result.right.events < work.events) throw new Error(`Only ${result.right.events} events were rebuilt.`);
      return {
        operations: work.events,
        value: (work.events / elapsed) * 1000,
        ...(megabytes === undefined ? {} : { note: `at most ${Math.round(megabytes)} MB of anonymous memory` }),
      };
    },
    close,
  };
};
