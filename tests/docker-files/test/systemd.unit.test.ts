import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const analyze = '/usr/bin/systemd-analyze';
const unit = fileURLToPath(new URL('../../../docker/systemd/account-data.service', import.meta.url));
const run = (...args: ReadonlyArray<string>): { readonly status: number | null; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync(analyze, [...args, unit], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
};

describe.skipIf(!existsSync(analyze))('the systemd unit (needs systemd-analyze)', () => {
  it('leaves the server no more than systemd itself calls "OK"', () => {
    const { output } = run('security', '--offline=true', '--no-pager');
    const [, exposure = 'none'] = /Overall exposure level for \S+: (\d+\.\d+)/.exec(output) ?? [];
    // 1.3 of 10 with systemd 252; each version counts a little differently.
    expect(Number(exposure)).toBeLessThan(2);
  });

  it('has no setting that systemd does not know', () => {
    // Of the programs that the unit names, this machine has none to be found.
    const faults = run('verify', '--man=no').output.split('\n').filter((line) => line.includes('account-data.service') && !line.includes('is not executable'));
    expect(faults).toEqual([]);
  });
});
