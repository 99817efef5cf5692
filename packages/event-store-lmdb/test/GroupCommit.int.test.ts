import { join } from 'node:path';
import { eventually } from '@account-data/event-store/contract';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../src/owner/GroupCommit.js';
import { openLogFile } from '../src/owner/ownedFile.js';
import { temporaryFolder } from './support/temporaryFolder.js';

describe('a group that is durable but can not be made known', () => {
  it('fails the store as a failed write does: nobody who waits is forgotten', async () => {
    const failures: Array<Error> = [];
    const commit = createGroupCommit({
      environment: openLogFile(join(temporaryFolder(), 'events-1.mdb'), true),
      runtime: systemRuntime,
      next: 1,
      alongside: () => undefined,
      onDurable: () => {
        throw new Error('EIO: i/o error, write');
      },
      onFailure: (failure) => void failures.push(failure),
    });
    const settled: Array<Error | undefined> = [];
    commit.add('["s",0]', undefined);
    commit.whenDurable(1, (failure) => void settled.push(failure));
    await eventually('the append to be settled', () => settled.length > 0);
    await commit.idle();
    expect(settled).toMatchObject([{ message: 'EIO: i/o error, write' }]);
    expect(failures).toEqual(settled);
    commit.add('["s",1]', undefined);
    commit.whenDurable(2, (failure) => void settled.push(failure));
    expect(settled).toHaveLength(2);
  });
});
