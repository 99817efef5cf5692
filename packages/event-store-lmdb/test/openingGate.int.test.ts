import { tryLock, unlock } from 'fs-native-extensions';
import { execFile } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commitGate, openBetweenCommits } from '../src/files/OpeningGate.js';
import { buildPackage, program } from './support/builtPackage.js';
import { allIds, named, newEvent, openStore, right } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

const run = promisify(execFile);

describe('processes that open the log again and again beside its owner', () => {
  // An opening of lmdb 3.5.6 made the owner forget what it committed meanwhile: a few hundred were enough.
  it('lose nothing that was acknowledged, and find nothing damaged', async () => {
    const path = temporaryFolder();
    const store = await openStore(path);
    await right(store.append(named('first'), [newEvent()], 'any'));
    let isOver = false;
    const acknowledged: Array<string> = [];
    const write = async (writer: number): Promise<void> => {
      while (!isOver) {
        const event = newEvent({ text: 'x'.repeat(20 + ((acknowledged.length * 37) % 2_000)) });
        await right(store.append(named(`writer-${String(writer)}`), [event], 'any'));
        acknowledged.push(event.id);
      }
    };
    const writing = Promise.all([0, 1, 2, 3].map(write));
    const readers = await Promise.all([0, 1, 2].map(() => run(process.execPath, [program('openAndClose'), path, '60'])));
    isOver = true;
    await writing;
    expect(readers.map(({ stdout }) => stdout)).toEqual(Array<string>(3).fill('all were whole\n'));
    const found = await allIds(store);
    expect(found).toHaveLength(acknowledged.length + 1);
    expect(acknowledged.filter((id) => !found.includes(id))).toEqual([]);
  });
});

describe('the gate of a log', () => {
  it('lets nobody open it during a commit, nor commit while it is opened', async () => {
    const path = temporaryFolder();
    const store = await openStore(path);
    await right(store.append(named('s'), [newEvent()], 'any'));
    const gate = commitGate(join(path, 'events-1.mdb'));
    openBetweenCommits(join(path, 'events-1.mdb'), () => {
      expect(gate.enter()).toBe(false);
    });
    expect(gate.enter()).toBe(true);
    // As another process would while it opens the file: the append waits for it.
    let isAppended = false;
    const appended = right(store.append(named('s'), [newEvent()], 'any')).then(() => {
      isAppended = true;
    });
    await run(process.execPath, ['-e', '']);
    expect(isAppended).toBe(false);
    gate.leave();
    await appended;
    gate.close();
  });

  it('lets who waits to open the file go first, however close one commit follows upon another', async () => {
    const path = temporaryFolder();
    const store = await openStore(path);
    await right(store.append(named('s'), [newEvent()], 'any'));
    const file = join(path, 'events-1.mdb');
    const gate = commitGate(file);
    const descriptor = openSync(file, 'r+');
    expect(gate.enter()).toBe(true);
    const opened = run(process.execPath, [program('openAndClose'), path, '1']);
    // The process beside tells that it waits by its lock on the byte after the gate.
    await expect
      .poll(
        () => {
          const isFree = tryLock(descriptor, 2 ** 48 + 1, 1);
          if (isFree) unlock(descriptor, 2 ** 48 + 1, 1);
          return isFree;
        },
        { timeout: 15_000 },
      )
      .toBe(false);
    gate.leave();
    expect(gate.enter()).toBe(false);
    const free = gate.whenFree();
    expect((await opened).stdout).toBe('all were whole\n');
    await free;
    gate.leave();
    gate.close();
    closeSync(descriptor);
    await store.close();
  });
});
