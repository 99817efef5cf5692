import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allIds, named, newEvent, openStore, right } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

const nobody = 65_534;
const cannotBeNobody = process.getuid?.() === 0 ? undefined : 'only root can run a process as another user';

/** Everything in a folder, the folder itself included. */
const allIn = (path: string): ReadonlyArray<string> => [
  path,
  ...readdirSync(path, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) => join(parentPath, name)),
];

const isFolder = (path: string): boolean => lstatSync(path).isDirectory();

const modesOf = (path: string): ReadonlyArray<string> => allIn(path).map((inside) => `${inside} ${(lstatSync(inside).mode & 0o777).toString(8)}`);

const privateModesOf = (path: string): ReadonlyArray<string> => allIn(path).map((inside) => `${inside} ${isFolder(inside) ? '700' : '600'}`);

/** The path of a store to be, where others may enter the folder that it is in. */
const pathInTheOpen = (): string => {
  const parent = temporaryFolder();
  chmodSync(parent, 0o755);
  return join(parent, 'data', 'log');
};

/** A closed store, as the version before made its files. */
const formerStore = async (): Promise<string> => {
  const path = pathInTheOpen();
  const store = await openStore(path);
  await right(store.append(named('s'), [newEvent()], 'any'));
  await store.close();
  for (const inside of allIn(join(path, '..'))) chmodSync(inside, isFolder(inside) ? 0o755 : 0o644);
  return path;
};

/** Whether another user can open a file for reading, which is all that it takes to lock it. */
const opensForNobody = (file: string): boolean => spawnSync('sh', ['-c', ': < "$0"', file], { uid: nobody, gid: nobody, cwd: '/' }).status === 0;

describe('what is in the folder of a store', () => {
  it('is for its user alone, as are the folders that were made for it', async () => {
    const path = pathInTheOpen();
    const store = await openStore(path);
    await right(store.append(named('s'), [newEvent()], 'any'));
    await right(store.compact());
    const beside = await openStore(path, 'auto');
    await right(beside.append(named('s'), [newEvent()], 'any'));
    expect(modesOf(join(path, '..'))).toEqual(privateModesOf(join(path, '..')));
  });

  it('and was made for all to read is tightened by the next owner, and no user but its own can open it then', async ({ skip }) => {
    skip(cannotBeNobody !== undefined, cannotBeNobody);
    const path = await formerStore();
    const files = allIn(path).filter((inside) => !isFolder(inside));
    expect(files.filter(opensForNobody)).toEqual(files);
    const store = await openStore(path);
    expect(await allIds(store)).toHaveLength(1);
    expect(modesOf(path)).toEqual(privateModesOf(path));
    expect(files.filter(opensForNobody)).toEqual([]);
    chmodSync(path, 0o755);
    expect(files.filter(opensForNobody)).toEqual([]);
  });
});
