import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage, program } from './support/builtPackage.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const syscalls = 'openat,open,close,pwrite64,pwritev,write,fdatasync,fsync,msync';

interface Call {
  readonly name: string;
  readonly path: string;
  readonly line: string;
}

/** The calls in the order in which they ended, of all threads; `strace -y` writes the path behind each descriptor. */
const readTrace = (file: string): ReadonlyArray<Call> => {
  const unfinished = new Map<string, string>();
  const calls: Array<Call> = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    if (rest.endsWith('<unfinished ...>')) {
      unfinished.set(thread, rest.replace(' <unfinished ...>', ''));
      continue;
    }
    const whole = resumed === null ? rest : `${unfinished.get(thread) ?? ''}${resumed[1] ?? ''}`;
    const call = /^(\w+)\((?:AT_FDCWD[^,]*, "([^"]*)"|"([^"]*)"|\d+<([^>]*)>)/.exec(whole);
    if (call !== null) calls.push({ name: call[1] ?? '', path: call[2] ?? call[3] ?? call[4] ?? '', line: whole });
  }
  return calls;
};

describe('an append, as the system sees it', () => {
  it('is on the disk before it is acknowledged, and before the watermark says so', ({ skip }) => {
    skip(!hasStrace, 'strace is not installed (Debian: apt-get install strace)');
    const path = temporaryFolder();
    const trace = join(temporaryFolder(), 'trace');
    const traced = spawnSync('strace', ['-f', '-y', '-s', '64', '-e', `trace=${syscalls}`, '-o', trace, process.execPath, program('appendOnce'), path, 's']);
    expect(traced.stdout.toString()).toBe('opened\nacknowledged Right\n');

    const calls = readTrace(trace);
    const log = join(path, 'events-1.mdb');
    const said = (text: string): number => calls.findIndex(({ name, line }) => name === 'write' && line.includes(`"${text}`));
    const opened = said('opened');
    const acknowledged = said('acknowledged');
    expect(opened).toBeGreaterThan(-1);
    expect(acknowledged).toBeGreaterThan(opened);

    const between = calls.slice(opened, acknowledged);
    const isSync = ({ name, path: of }: Call): boolean => of === log && ['fdatasync', 'fsync', 'msync'].includes(name);
    const isData = ({ name, path: of, line }: Call): boolean => of === log && name.startsWith('pwrite') && !line.includes(', 144, ') ;
    const data = between.findIndex(isData);
    const sync = between.findIndex(isSync);
    const watermark = between.findIndex(({ name, path: of }) => name === 'pwrite64' && of === join(path, 'durable'));
    expect(data).toBeGreaterThan(-1);
    expect(sync).toBeGreaterThan(data);
    expect(between[sync]?.line).toMatch(/= 0$/);
    expect(watermark).toBeGreaterThan(sync);
    // What says which transaction was flushed is written after the data and synchronously: through a descriptor of its own.
    const flushedMark = between.findIndex((call, index) => index > sync && call.path === log && call.name === 'pwrite64');
    expect(flushedMark).toBeGreaterThan(sync);
    expect(watermark).toBeGreaterThan(flushedMark);
    const descriptor = /pwrite64\((\d+)</.exec(between[flushedMark]?.line ?? '')?.[1];
    const opening = calls.slice(0, opened).findLast(({ name, path: of, line }) => name === 'openat' && of === log && line.endsWith(`= ${descriptor}<${log}>`));
    expect(opening?.line).toContain('O_DSYNC');
  });
});
