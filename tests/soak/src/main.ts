import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { parseArguments } from './Arguments.js';
import type { Check } from './checks.js';
import { killings } from './killings.js';
import { openings } from './openings.js';
import { takeovers } from './takeovers.js';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

interface Part {
  readonly name: string;
  readonly count: number;
  readonly run: (folder: string) => Promise<ReadonlyArray<Check>>;
}

/** What a part came to; one that could not be carried out has failed. */
const outcomeOf = async ({ name, run }: Part, folder: string): Promise<ReadonlyArray<Check>> => {
  say(`${name} …`);
  await mkdir(folder);
  try {
    return await run(folder);
  } catch (error) {
    return [{ name: 'it was carried out', problem: error instanceof Error ? error.message : String(error) }];
  }
};

const main = async (): Promise<void> => {
  const args = parseArguments(process.argv.slice(2));
  if (E.isLeft(args)) {
    process.stderr.write(`${args.left}\n`);
    process.exitCode = 2;
    return;
  }
  const { kills, takeovers: count, openings: times } = args.right;
  const url = process.env['EVENTSTOREDB_URL'];
  const parts: ReadonlyArray<Part> = [
    { name: 'kill -9 on the embedded store', count: kills, run: (folder) => killings(folder, kills, say) },
    {
      name: `takeover on ${url === undefined ? 'the double of EventStoreDB' : 'the EventStoreDB at EVENTSTOREDB_URL'}`,
      count,
      run: (folder) => takeovers(folder, count, url, say),
    },
    { name: 'openings beside an owner that writes', count: times, run: (folder) => openings(folder, times, say) },
  ];
  const counts = { passed: 0, failed: 0 };
  const folder = await mkdtemp(join(tmpdir(), 'account-data-soak-'));
  try {
    for (const [index, part] of parts.filter((part) => part.count > 0).entries()) {
      for (const { name, problem } of await outcomeOf(part, join(folder, String(index)))) {
        if (problem === undefined) counts.passed += 1;
        else counts.failed += 1;
        say(problem === undefined ? `ok      ${name}` : `FAILED  ${name}: ${problem}`);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  say(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
  if (counts.failed > 0) process.exitCode = 1;
};

await main();
