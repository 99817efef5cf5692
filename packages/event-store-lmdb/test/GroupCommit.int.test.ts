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
      apply: () => undefined,
      publish: () => {
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

describe('a group that gathered while another one was being flushed', () => {
  it('is on its way to the disk before the other one, which it builds on, is made known', async () => {
    const environment = openLogFile(join(temporaryFolder(), 'events-1.mdb'), true);
    const log: Array<string> = [];
    const commit = createGroupCommit({
      environment,
      runtime: systemRuntime,
      next: 1,
      alongside: () => void log.push('alongside'),
      apply: (last) => void log.push(`applied up to ${last}`),
      publish: (_events, last) => void log.push(`published up to ${last}`),
      onFailure: (failure) => void log.push(failure.message),
    });
    const append = (position: number): void => {
      commit.add(`["s",${position}]`, undefined);
      commit.whenDurable(position, (failure) => void log.push(failure?.message ?? `told of ${position}`));
    };
    let begun = 0;
    environment.root.on('beforecommit', () => {
      begun += 1;
      log.push(`begun ${begun}`);
      if (begun > 1) return;
      append(2);
      append(3);
    });
    append(1);
    await eventually('all to be told of', () => log.includes('told of 3'));
    await commit.idle();
    expect(log).toEqual([
      ...['alongside', 'begun 1', 'applied up to 1'],
      ...['alongside', 'begun 2'],
      ...['published up to 1', 'told of 1'],
      ...['applied up to 3', 'published up to 3', 'told of 2', 'told of 3'],
    ]);
    expect(commit.durable()).toBe(3);
  });
});
