import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from '@account-data/tests-browser';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-data-bench-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Starts the benchmarks with a folder for temporary files of their own. */
const startWith = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, TMPDIR: folder, EVENTSTOREDB_URL: '', ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (output.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output, ended };
};

const start = (...args: ReadonlyArray<string>) => startWith({}, ...args);

const brief = ['--rounds', '1', '--seconds', '0.2', '--warm-up', '0'];

describe('the benchmarks', () => {
  it('print one line of JSON per figure and nothing else, and leave nothing behind', async () => {
    const { output, ended } = start('--json', '--only', 'change-1,get', ...brief);
    expect(await ended, output.stderr).toBe(0);
    const lines = output.stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ name, unit, runs }) => ({ name, unit, runs }))).toEqual([
      { name: 'change-1', unit: 'ms', runs: 1 },
      { name: 'get', unit: 'reads/s', runs: 1 },
    ]);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['name', 'ours', 'baseline', 'ratio', 'unit', 'runs']);
      expect(line['ours']).toBeGreaterThan(0);
      expect(line['baseline']).toBeGreaterThan(0);
      expect(line['ratio']).toBeCloseTo(Number(line['ours']) / Number(line['baseline']), 2);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('measure the server by requests that all succeed, and print a table', async () => {
    const { output, ended } = start('--only', 'http-put-64', ...brief);
    expect(await ended, output.stderr).toBe(0);
    expect(output.stdout).toMatch(/^figure .*\nhttp-put-64 .* requests\/s /);
    expect(await readdir(folder)).toEqual([]);
  });

  it('measure the same work at several sizes, keep the numbers, compare them with kept ones, and write a page', async () => {
    const own = await mkdtemp(join(tmpdir(), 'account-data-bench-kept-'));
    try {
      const [kept, page] = [join(own, 'kept.json'), join(own, 'page.md')];
      const growth = ['--only', 'growth', '--events', '1000,2000', '--seconds', '0.05'];
      const first = start(...growth, '--keep', kept, '--page', page);
      expect(await first.ended, first.output.stderr).toBe(0);
      const { lines } = JSON.parse(await readFile(kept, 'utf8')) as { readonly lines: ReadonlyArray<{ readonly name: string; readonly value: number }> };
      for (const log of ['1,000 events', '2,000 events', 'one user, 2,000 changes', 'one user, 2,000 keys']) {
        for (const row of ['append', 'get', 'history', 'asOf', 'across', 'sync', 'start', 'disk']) {
          expect(lines.find(({ name }) => name === `growth/${log}/${row}`)?.value, `${log}: ${row}`).toBeGreaterThan(0);
        }
      }
      expect(lines.find(({ name }) => name === 'growth/flatness/append')?.value).toBeGreaterThanOrEqual(1);
      expect(await readFile(page, 'utf8')).toContain(first.output.stdout.trim());

      const second = start('--only', 'get', ...brief, '--against', kept);
      expect(await second.ended, second.output.stderr).toBe(0);
      expect(second.output.stdout).toContain('| now | then |');
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  });

  it('measure writes to an EventStoreDB beside both paths of the bare client, and leave no stream of theirs readable', async () => {
    const double = await startEventStoreDbDouble();
    const { output, ended } = startWith({ EVENTSTOREDB_URL: double.connectionString }, '--json', '--only', 'eventstoredb-append-1', ...brief);
    expect(await ended, output.stderr).toBe(0);
    expect(JSON.parse(output.stdout)).toMatchObject({ name: 'eventstoredb-append-1', unit: 'appends/s', runs: 1 });
    expect(output.stderr).toMatch(/eventstoredb-append-1: the bare client's unary path: [\d,.]+ .* appends\/s; the bare client while its own subscription follows: [\d,.]+ .* appends\/s\n/);
    expect(output.stderr).toMatch(/EventStoreDB: \d+ streams of this run tombstoned, 0 of them still readable\./);
    await double.stop();
  });

  it('measure the processor time of our client on a double of a server that compresses', async () => {
    const { output, ended } = start('--json', '--only', 'eventstoredb-double-append-64', ...brief);
    expect(await ended, output.stderr).toBe(0);
    expect(JSON.parse(output.stdout)).toMatchObject({ name: 'eventstoredb-double-append-64', unit: 'µs', runs: 1 });
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(chromiumPath() === undefined)('measure when the audit page shows a long history, in a browser (needs chromium)', async () => {
    const { output, ended } = start('--json', '--only', 'page-first-view', ...brief);
    expect(await ended, output.stderr).toBe(0);
    const line = JSON.parse(output.stdout) as { readonly ours: number; readonly baseline: number };
    expect(line).toMatchObject({ name: 'page-first-view', unit: 'ms', runs: 1 });
    for (const side of [line.ours, line.baseline]) expect(side).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('measure how long the command takes', async () => {
    const { output, ended } = start('--json', '--only', 'command-start', ...brief);
    expect(await ended, output.stderr).toBe(0);
    const lines = output.stdout.trim().split('\n').map((line) => JSON.parse(line) as { readonly name: string; readonly ours: number; readonly baseline: number });
    expect(lines.map(({ name }) => name)).toEqual(['command-help', 'command-get']);
    for (const { ours, baseline } of lines) expect(ours).toBeGreaterThan(baseline);
  });

  it('refuse a figure that is not there and name those that are', async () => {
    const { output, ended } = start('--json', '--only', 'get,gte');
    expect(await ended).toBe(2);
    expect(output.stdout).toBe('');
    expect(output.stderr).toContain("There is no figure 'gte'");
    expect(output.stderr).toContain('\n  change-64-users\n');
  });

  it('name what needs an EventStoreDB where there is none, and fail only where it was asked for', async () => {
    const { output, ended } = start('--json', '--only', 'eventstoredb-catch-up', ...brief);
    expect(await ended).toBe(1);
    expect(output.stdout).toBe('');
    expect(output.stderr).toBe('eventstoredb-catch-up: not measured: EVENTSTOREDB_URL is not set\n');
  });

  it('end their programs and remove their files when they are interrupted', async () => {
    const { child, output, ended } = start('--only', 'change-1', '--seconds', '600');
    const running = async (): Promise<boolean> => {
      const [run] = await readdir(folder);
      const sides = run === undefined ? [] : await readdir(join(folder, run, 'change-1')).catch(() => []);
      return sides.length === 2;
    };
    await expect.poll(running, { timeout: 60_000, interval: 50 }).toBe(true);
    // As `timeout` and npm do, which both hand it on.
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    expect(await ended, output.stderr).toBe(130);
    expect(await readdir(folder)).toEqual([]);
  });
});
