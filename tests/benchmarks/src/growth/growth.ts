import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askProcess } from '../askProcess.js';
import type { Survey } from '../Survey.js';
import { growthCases, type GrowthResult } from './GrowthCase.js';
import type { GrowthRequest } from './growthMain.js';
import { growthLines, growthTable } from './growthTable.js';

const program = fileURLToPath(new URL('./growthMain.js', import.meta.url));

/** The same work at several sizes of the log: the figure is how much slower the slowest is than the fastest. @category constructors */
export const growth: Survey = {
  name: 'growth',
  title: 'At any size',
  about: 'appends, reads, start, memory and disk at several sizes of the log (--events), and of one large user; the figure is flatness, the slowest by the fastest',
  run: async ({ folder, seconds, events, signal, say }) => {
    const results: Array<GrowthResult> = [];
    let failed = 0;
    for (const of of growthCases(events)) {
      say(`${of.name} …`);
      const own = join(folder, 'growth');
      await mkdir(own, { recursive: true });
      const ask = (part: GrowthRequest['part']) => askProcess<GrowthResult['values']>(program, { part, of, folder: own, seconds } satisfies GrowthRequest, signal);
      try {
        await ask('fill');
        const { result, memory } = await ask('measure');
        results.push({ name: of.name, isSize: of.subject > 0, values: { ...result, ...(memory === undefined ? {} : { memory }) } });
      } catch (error) {
        signal.throwIfAborted();
        failed += 1;
        say(`${of.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      await rm(own, { recursive: true, force: true });
    }
    return { markdown: growthTable(results), lines: growthLines(results), failed };
  },
};
