import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Measurement, readMeasurements } from '../src/against/Build.js';
import { comparisonLine, comparisonText } from '../src/against/comparisonText.js';
import { inTurns } from '../src/against/inTurns.js';
import { measureAgainst } from '../src/against/measureAgainst.js';
import type { Comparison } from '../src/against/inTurns.js';

const measurement = (name: string, ours: number, baseline: number, unit = 'reads/s'): Measurement => ({ name, unit, ours, baseline });

describe('two builds in turns', () => {
  it('are measured A B A B, and told by their medians', async () => {
    const order: Array<string> = [];
    const rounds = { now: [100, 300, 200], then: [100, 90, 400] };
    const side = (name: 'now' | 'then') => () => {
      order.push(name);
      return Promise.resolve([measurement('get', rounds[name].shift() ?? 0, 1_000)]);
    };
    expect(await inTurns(3, side('now'), side('then'))).toEqual([
      { name: 'get', unit: 'reads/s', now: { ours: 200, ratio: 0.2 }, then: { ours: 100, ratio: 0.1 }, between: 2, turns: 3 },
    ]);
    expect(order).toEqual(['now', 'then', 'now', 'then', 'now', 'then']);
  });

  it('are compared in what both measure', async () => {
    const now = () => Promise.resolve([measurement('rebuild', 2, 4), measurement('rebuild-memory', 280, 340, 'MB'), measurement('new', 1, 1)]);
    const then = () => Promise.resolve([measurement('rebuild', 4, 4), measurement('rebuild-memory', 140, 340, 'MB'), measurement('old', 1, 1)]);
    expect((await inTurns(1, now, then)).map(({ name, between }) => [name, between])).toEqual([['rebuild', 0.5], ['rebuild-memory', 2]]);
  });

  it('are told with what is better', () => {
    const comparison: Comparison = { name: 'get', unit: 'reads/s', now: { ours: 728_000, ratio: 0.69 }, then: { ours: 700_000, ratio: 0.7 }, between: 1.04, turns: 5 };
    expect(comparisonText(comparison, 'abc1234')).toBe(
      'get: now 728,000 reads/s (ratio 0.69), abc1234 700,000 reads/s (ratio 0.70); now/abc1234 1.040 in 5 turns, higher is better',
    );
    expect(comparisonText({ ...comparison, unit: 'ms' }, 'abc1234')).toMatch(/lower is better$/);
    expect(JSON.parse(comparisonLine(comparison, 'abc1234'))).toMatchObject({ name: 'get', between: 1.04, commit: 'abc1234', turns: 5 });
  });

  it('say nothing but measurements in lines of JSON', () => {
    expect(readMeasurements('noise\n{"name":"get","unit":"ms","ours":1,"baseline":2,"ratio":0.5,"runs":1}\n{"other":1}\n')).toMatchObject([{ name: 'get' }]);
  });
});

describe('a commit', () => {
  let folder: string;
  let repository: string;

  const git = (...args: ReadonlyArray<string>) =>
    promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: repository });

  /** Commits a build whose benchmarks measure what they are given here. */
  const commit = async (ours: number, figure = 'get'): Promise<void> => {
    mkdirSync(join(repository, 'tests/benchmarks/dist'), { recursive: true });
    await writeFile(join(repository, 'workspace.mjs'), "import { writeFileSync } from 'node:fs'; writeFileSync('prepared', process.argv[2]);");
    await writeFile(
      join(repository, 'tests/benchmarks/dist/main.js'),
      `import { appendFileSync, existsSync } from 'node:fs';
       const name = process.argv[process.argv.indexOf('--only') + 1];
       appendFileSync(${JSON.stringify(join(folder, 'order'))}, '${ours} ' + existsSync('prepared') + '\\n');
       if (name !== '${figure}') { console.error("There is no figure '" + name + "'."); process.exit(2); }
       console.log(JSON.stringify({ name, unit: 'reads/s', ours: ${ours}, baseline: 10 }));`,
    );
    await writeFile(join(repository, 'package.json'), '{"type":"module"}');
    await git('add', '-A');
    await git('commit', '-qm', String(ours));
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'account-data-against-test-'));
    repository = join(folder, 'repository');
    mkdirSync(repository);
    await promisify(execFile)('git', ['init', '-q', repository]);
    mkdirSync(join(folder, 'tmp'));
    vi.stubEnv('TMPDIR', join(folder, 'tmp'));
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  const args = { only: undefined, json: false, rounds: 3, seconds: 0.1, warmUp: 0, pin: false, against: undefined, events: [], keep: undefined, page: undefined, help: false };

  const measure = async (names: ReadonlyArray<string>, revision: string, only?: ReadonlyArray<string>) => {
    const said: Array<string> = [];
    const comparisons: Array<Comparison> = [];
    const complete = await measureAgainst(repository, revision, names, { ...args, only }, new AbortController().signal, {
      progress: (text) => said.push(text),
      comparison: (comparison) => comparisons.push(comparison),
    });
    return { complete, said, comparisons };
  };

  const nothingIsLeft = async (): Promise<void> => {
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    expect((await git('worktree', 'list')).stdout.trim().split('\n')).toHaveLength(1);
  };

  it('is built beside and measured in turns, and nothing of it is left', async () => {
    await commit(4);
    await commit(8);
    const { complete, comparisons } = await measure(['get'], 'HEAD^');
    expect(complete).toBe(true);
    expect(comparisons).toMatchObject([{ name: 'get', between: 2, now: { ours: 8, ratio: 0.8 }, then: { ours: 4, ratio: 0.4 }, turns: 3 }]);
    expect(await readFile(join(folder, 'order'), 'utf8')).toBe('8 false\n4 true\n'.repeat(3));
    await nothingIsLeft();
  });

  it('that does not know a figure is told, and fails where it was asked for', async () => {
    await commit(4, 'old');
    await commit(8);
    expect(await measure(['get'], 'HEAD^')).toMatchObject({ complete: true, comparisons: [], said: expect.arrayContaining([expect.stringContaining('does not measure it')]) as unknown });
    expect(await measure(['get'], 'HEAD^', ['get'])).toMatchObject({ complete: false });
    await nothingIsLeft();
  });

  it('that is not there, or can not be built, is told as it is', async () => {
    await commit(4);
    await expect(measure(['get'], 'nowhere')).rejects.toThrow('nowhere');
    await writeFile(join(repository, 'workspace.mjs'), "console.error('It does not compile.'); process.exit(1);");
    await git('commit', '-qam', 'broken');
    await expect(measure(['get'], 'HEAD')).rejects.toThrow('It does not compile.');
    await nothingIsLeft();
  });
});
