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
      environment: openLogFile(join(temporaryFolder(), 'events-1.mdb'), true, false),
      runtime: systemRuntime,
      next: 1,
      gap: 0,
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

describe('what gathers while a group is being flushed', () => {
  const record = () => {
    const log: Array<string> = [];
    const commit = createGroupCommit({
      environment: openLogFile(join(temporaryFolder(), 'events-1.mdb'), true, false),
      runtime: systemRuntime,
      next: 1,
      gap: 0,
      alongside: () => void log.push('begun'),
      apply: (last) => void log.push(`applied up to ${last}`),
      publish: (_events, last) => void log.push(`published up to ${last}`),
      onFailure: (failure) => void log.push(failure.message),
    });
    const append = (position: number): void => {
      commit.add(`["s",${position}]`, undefined);
      commit.whenDurable(position, (failure) => void log.push(failure?.message ?? `told of ${position}`));
    };
    return { log, commit, append };
  };

  it('is on its way to the disk, where it is much, before the group that it builds on is made known', async () => {
    const { log, commit, append } = record();
    for (let position = 1; position <= 9; position += 1) append(position);
    await eventually('all to be told of', () => log.includes('told of 9'));
    await commit.idle();
    expect(log).toEqual([
      ...['begun', 'applied up to 1'],
      ...['begun', 'published up to 1', 'told of 1'],
      ...['applied up to 9', 'published up to 9'],
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((position) => `told of ${position}`),
    ]);
    expect(commit.durable()).toBe(9);
  });

  it('waits, where it is little, for what those who are told append in the same turn', async () => {
    const { log, commit, append } = record();
    append(1);
    append(2);
    commit.whenDurable(1, () => {
      append(3);
    });
    await eventually('all to be told of', () => log.includes('told of 3'));
    await commit.idle();
    expect(log).toEqual([
      ...['begun', 'applied up to 1', 'published up to 1', 'told of 1'],
      ...['begun', 'applied up to 3', 'published up to 3', 'told of 2', 'told of 3'],
    ]);
  });

  it('is begun within the turn in which half of those that wait have come, and the rest with the next group', async () => {
    const { log, commit, append } = record();
    for (let position = 1; position <= 16; position += 1) append(position);
    await commit.idle();
    log.length = 0;
    for (let position = 17; position <= 32; position += 1) append(position);
    expect(log).toEqual(['begun']);
    await commit.idle();
    expect(log.filter((line) => !line.startsWith('told'))).toEqual([
      ...['begun', 'applied up to 24'],
      ...['begun', 'published up to 24', 'applied up to 32', 'published up to 32'],
    ]);
  });
});
