import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { danglingLink, isWithin } from '../src/index.js';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'runtime-paths-')));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

it('a path is in a folder by whatever links, and whether it is there or not; a name that begins the same is another one', () => {
  const data = join(root, 'data');
  mkdirSync(data);
  symlinkSync(data, join(root, 'link'));
  for (const path of [data, join(data, 'new', 'copy'), join(root, 'link', 'copy'), join(data, '..data'), join(root, 'other', '..', 'data')]) {
    expect([path, isWithin(data, path)]).toEqual([path, true]);
  }
  expect(isWithin(join(root, 'link'), join(data, 'copy'))).toBe(true);
  for (const path of [root, join(root, 'data.backup'), join(root, 'other')]) expect([path, isWithin(data, path)]).toEqual([path, false]);
});

it('a link that leads nowhere is named, also where it is above what is asked for', () => {
  symlinkSync(join(root, 'not-mounted'), join(root, 'link'));
  expect(danglingLink(join(root, 'link'))).toBe(join(root, 'link'));
  expect(danglingLink(join(root, 'link', 'data', 'log'))).toBe(join(root, 'link'));
  writeFileSync(join(root, 'file'), '');
  symlinkSync(join(root, 'file'), join(root, 'whole'));
  for (const name of ['whole', 'none', join('none', 'data')]) expect(danglingLink(join(root, name))).toBeUndefined();
});
