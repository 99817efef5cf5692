import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage, program } from './support/builtPackage.js';
import { cannotMount, runOnDisk } from './support/smallDisk.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

const fillDisk = (path: string): string => `"${process.execPath}" "${program('fillDisk')}" "${path}/store"`;

interface Report {
  readonly acknowledged: ReadonlyArray<string>;
  readonly refusals: ReadonlyArray<string | undefined>;
  readonly message: string;
  readonly later: string;
  readonly tombstoned: string;
  readonly readable: ReadonlyArray<string>;
  readonly seen: ReadonlyArray<string>;
  readonly health: ReadonlyArray<string>;
  readonly unhandled: ReadonlyArray<string>;
}

describe('a disk without room', () => {
  it('fails the store loudly and cleanly: appends in flight and later are refused, reads go on', ({ skip }) => {
    skip(cannotMount !== undefined, cannotMount);
    const path = temporaryFolder();
    const report = JSON.parse(runOnDisk(path, '6m', fillDisk(path))) as Report;
    expect(report.acknowledged.length).toBeGreaterThan(16);
    expect(new Set(report.refusals)).toEqual(new Set(['StoreFailed']));
    expect(report.message).toContain('no space is left');
    expect(report).toMatchObject({ later: 'StoreFailed', tombstoned: 'StoreFailed', unhandled: [] });
    expect(report.readable).toEqual(report.acknowledged);
    expect(report.seen).toEqual(report.acknowledged);
    expect(report.health.at(-1)).toBe('Failed');
  });

  it('leaves what was acknowledged to the next start, once there is room', ({ skip }) => {
    skip(cannotMount !== undefined, cannotMount);
    const path = temporaryFolder();
    const again = `mount -o remount,size=12m "$0" && echo && ${fillDisk(path)}`;
    const [first, second] = runOnDisk(path, '6m', `${fillDisk(path)} && ${again}`)
      .split('\n')
      .map((line) => JSON.parse(line) as Report);
    expect(second?.readable.slice(0, first?.acknowledged.length)).toEqual(first?.acknowledged);
    expect(second?.readable).toEqual([...(first?.acknowledged ?? []), ...(second?.acknowledged ?? [])]);
  });

  it('that has none even for an empty store refuses to open it', ({ skip }) => {
    skip(cannotMount !== undefined, cannotMount);
    const path = temporaryFolder();
    // From a folder and its lock up to all but the files of lmdb.
    for (const size of ['12k', '16k', '24k', '64k']) {
      expect(JSON.parse(runOnDisk(path, size, fillDisk(path))), size).toMatchObject({ refused: 'store_disk_full' });
    }
  });
});

describe('a full disk', () => {
  it('where lmdb has no lock file any more is refused to readers, too, and does not end them', ({ skip }) => {
    skip(cannotMount !== undefined, cannotMount);
    const path = temporaryFolder();
    const filled = `${fillDisk(path)} > /dev/null && rm "$0"/store/*-lock && { dd if=/dev/zero of="$0"/rest bs=4k || true; }`;
    const report: unknown = JSON.parse(runOnDisk(path, '6m', `${filled} && { "${process.execPath}" "${program('store')}" "${path}/store" read || test $? = 3; }`));
    expect(report).toMatchObject({ refused: { code: 'store_disk_full' } });
  });
});

describe('a read-only disk', () => {
  it('refuses to open the store for writing, and says so', ({ skip }) => {
    skip(cannotMount !== undefined, cannotMount);
    const path = temporaryFolder();
    const commands = `${fillDisk(path)} > /dev/null && mount -o remount,ro "$0" && ${fillDisk(path)}`;
    const report = JSON.parse(runOnDisk(path, '6m', commands)) as { readonly refused: string; readonly message: string };
    expect(report.refused).toBe('store_read_only');
    expect(report.message).toContain(path);
  });
});
