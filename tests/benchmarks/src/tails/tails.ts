import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askProcess } from '../askProcess.js';
import type { Program } from '../Program.js';
import { startProgram } from '../ProgramProcess.js';
import { fastestSettings } from '../programs/fastestSettings.js';
import type { Survey, SurveyContext } from '../Survey.js';
import type { Beside, BesideRequest, BesideResult } from './besideLoad.js';
import type { MixedLoadRequest, MixedLoadResult } from './mixedLoad.js';
import { tailsLines, type TailsResult, tailsTable } from './tailsTable.js';

const mixedLoad = fileURLToPath(new URL('./mixedLoad.js', import.meta.url));
const besideLoad = fileURLToPath(new URL('./besideLoad.js', import.meta.url));

const connections = 64;
const usersPerConnection = 16;
const users = connections * usersPerConnection;
const readers = 1_000;
const logged = { events: 100_000, users, types: 1 };
/** A tail needs more answers than a rate does. */
const longer = 20;

const bare: Program = { _tag: 'CarefulServer', settings: fastestSettings, users };
const ours: Program = { _tag: 'Server', users };

const situations: ReadonlyArray<{ readonly name: string; readonly program: Program; readonly kinds: ReadonlyArray<Beside> }> = [
  { name: 'bare Fastify', program: bare, kinds: [] },
  { name: 'ours', program: ours, kinds: [] },
  { name: 'ours, rebuild', program: ours, kinds: ['rebuild'] },
  { name: 'ours, export', program: ours, kinds: ['export'] },
  { name: 'ours, 1,000 feeds', program: ours, kinds: ['feeds'] },
  { name: 'ours, all three', program: ours, kinds: ['rebuild', 'export', 'feeds'] },
];

const measure = async ({ name, program, kinds }: (typeof situations)[number], folder: string, { seconds, signal }: SurveyContext): Promise<TailsResult> => {
  if (program === ours) await (await startProgram({ _tag: 'EngineSeed', work: logged }, { folder, signal })).close();
  const server = await startProgram(program, { folder, signal });
  try {
    const url = server.url ?? '';
    const load = async (during: number): Promise<MixedLoadResult> =>
      (await askProcess<MixedLoadResult>(mixedLoad, { url, connections, usersPerConnection, seconds: during } satisfies MixedLoadRequest, signal)).result;
    await load(seconds * 2);
    const during = Math.ceil(seconds * longer);
    await server.turns();
    const [measured, beside] = await Promise.all([
      load(during),
      kinds.length === 0 ? {} : askProcess<BesideResult>(besideLoad, { url, kinds, readers, seconds: during } satisfies BesideRequest, signal).then(({ result }) => result),
    ]);
    return { name, load: measured, turns: await server.turns(), seconds: during, beside };
  } finally {
    await server.close();
  }
};

/** How late the latest answers are, and what makes them so. @category constructors */
export const tails: Survey = {
  name: 'tails',
  title: 'Tails',
  about: 'how long PUT and GET take at 64 connections, and the longest turn, beside a rebuild, an export and 1,000 readers of feeds, and beside a bare server',
  run: async (context) => {
    const { folder, signal, say } = context;
    const results: Array<TailsResult> = [];
    let failed = 0;
    for (const situation of situations) {
      say(`${situation.name} …`);
      const own = join(folder, 'tails');
      await mkdir(own, { recursive: true, mode: 0o700 });
      try {
        results.push(await measure(situation, own, context));
      } catch (error) {
        signal.throwIfAborted();
        failed += 1;
        say(`${situation.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      await rm(own, { recursive: true, force: true });
    }
    return { markdown: tailsTable(results), lines: tailsLines(results), failed };
  },
};
