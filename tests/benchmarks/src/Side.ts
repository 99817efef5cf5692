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

/** A process whose memory and processor time are told. @category model */
export type MeasuredProcess = Pick<ProgramProcess, 'pid' | 'processor'>;

const sideOf = (
  measured: MeasuredProcess,
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

/** A side on something that is started before it, and closed after it, whatever happens. @category constructors */
export const sideOn =
  <A extends { readonly close: () => Promise<void> }>(
    start: (context: SideContext) => Promise<A>,
    open: (started: A, context: SideContext) => Promise<Side>,
  ): OpenSide =>
  async (context) => {
    const started = await start(context);
    try {
      const side = await open(started, context);
      return {
        round: side.round,
        close: () => side.close().finally(started.close),
      };
    } catch (error) {
      await started.close();
      throw error;
    }
  };

/** A program on a double of EventStoreDB that is in a process of its own, after `seed`, if there is one, filled it. @category constructors */
export const doubleSide = (version: string, program: (server: RealServer) => Program, seed?: (server: RealServer) => Program): OpenSide =>
  sideOn(
    (context) => startIn(context, 'double', 1, { _tag: 'EventStoreDbDouble', version }),
    (double, context) => {
      if (double.url === undefined) throw new Error('The double does not listen.');
      const server: RealServer = { connectionString: double.url, prefix: 'benchmark_' };
      return programSide(program(server), seed?.(server))(context);
    },
  );

/** What is measured while a load generator in a process of its own asks it. @category constructors */
export const loadSide = async (measured: MeasuredProcess, load: Program, context: SideContext): Promise<Side> => {
  const generator = await startIn(context, 'load', 1, load);
  return sideOf(measured, generator, () => generator.close());
};

/** A server, after `seed`, if there is one, filled its folder, measured by a load generator. @category constructors */
export const serverSide = (server: Program, loadAt: (url: string) => Program, seed?: Program): OpenSide =>
  sideOn(
    async (context) => {
      if (seed !== undefined) await (await startIn(context, 'server', 0, seed)).close();
      return startIn(context, 'server', 0, server);
    },
    (serving, context) => {
      if (serving.url === undefined) throw new Error(`${server._tag} does not listen.`);
      return loadSide(serving, loadAt(serving.url), context);
    },
  );
