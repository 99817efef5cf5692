import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RealServer } from '@account-data/tests-eventstoredb-server';
import type { Program } from './Program.js';
import { startProgram, type ProgramProcess, type StartOptions } from './ProgramProcess.js';
import { watchMemory } from './watchMemory.js';

/** One round of a side. @category model */
export interface Sample {
  /** In the figure's unit. */
  readonly value: number;
  /** Processor time for each operation, in microseconds, of the side alone (not of a load generator). */
  readonly processor: number;
  /** The most anonymous memory of the side during the round, in megabytes; absent where the system does not tell. */
  readonly memory?: number;
  readonly note?: string;
}

/** One side of a figure, ours or the baseline, ready to be measured again and again. @category model */
export interface Side {
  readonly round: (seconds: number) => Promise<Sample>;
  readonly close: () => Promise<void>;
}

/** @category model */
export interface SideContext {
  /** A new folder of its own. */
  readonly folder: string;
  /** Keep the measured process to one processor and its load generator to another. */
  readonly pin: boolean;
  readonly signal: AbortSignal;
}

/** @category model */
export type OpenSide = (context: SideContext) => Promise<Side>;

const startIn = async (context: SideContext, name: string, processor: number, program: Program) => {
  const folder = join(context.folder, name);
  await mkdir(folder, { recursive: true });
  const options: StartOptions = { folder, signal: context.signal };
  return startProgram(program, context.pin ? { ...options, processor } : options);
};

const sideOf = (
  measured: ProgramProcess,
  measuring: ProgramProcess,
  close: () => Promise<void>,
): Side => ({
  round: async (seconds) => {
    const before = await measured.processor();
    const peak = watchMemory(measured.pid);
    const { value, operations, note } = await measuring.round(seconds).finally(peak);
    const memory = peak();
    const after = await measured.processor();
    return {
      value,
      processor: (after - before) / operations,
      ...(memory === undefined ? {} : { memory }),
      ...(note === undefined ? {} : { note }),
    };
  },
  close,
});

/** A program that measures itself, after `seed`, if there is one, filled its folder. @category constructors */
export const programSide =
  (program: Program, seed?: Program): OpenSide =>
  async (context) => {
    if (seed !== undefined) await (await startIn(context, 'program', 0, seed)).close();
    const process = await startIn(context, 'program', 0, program);
    return sideOf(process, process, () => process.close());
  };

/** A program on a double of EventStoreDB that is in a process of its own, after `seed`, if there is one, filled it. @category constructors */
export const doubleSide =
  (version: string, program: (server: RealServer) => Program, seed?: (server: RealServer) => Program): OpenSide =>
  async (context) => {
    const double = await startIn(context, 'double', 1, { _tag: 'EventStoreDbDouble', version });
    try {
      if (double.url === undefined) throw new Error('The double does not listen.');
      const server: RealServer = { connectionString: double.url, prefix: 'benchmark_' };
      const side = await programSide(program(server), seed?.(server))(context);
      return {
        round: side.round,
        close: async () => {
          await side.close();
          await double.close();
        },
      };
    } catch (error) {
      await double.close();
      throw error;
    }
  };

/** A server, measured by a load generator in a process of its own. @category constructors */
export const serverSide =
  (server: Program, loadAt: (url: string) => Program): OpenSide =>
  async (context) => {
    const serving = await startIn(context, 'server', 0, server);
    try {
      if (serving.url === undefined) throw new Error(`${server._tag} does not listen.`);
      const load = await startIn(context, 'load', 1, loadAt(serving.url));
      return sideOf(serving, load, async () => {
        await load.close();
        await serving.close();
      });
    } catch (error) {
      await serving.close();
      throw error;
    }
  };
