import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLmdbEventStore, storeOwner } from '../src/index.js';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'account-data-owner-'));
});

afterEach(() => {
  rmSync(path, { recursive: true, force: true });
});

describe('the owner of a store', () => {
  it('is who has it open, and nobody before and after', async () => {
    expect(storeOwner(path)).toEqual(E.right(undefined));
    const opened = await openLmdbEventStore({ path, runtime: systemRuntime })();
    if (E.isLeft(opened)) throw new Error(opened.left.message);
    expect(storeOwner(path)).toEqual(E.right({ pid: process.pid }));
    await opened.right.close();
    expect(storeOwner(path)).toEqual(E.right(undefined));
  });

  it('is nobody where one that was killed left its name', () => {
    writeFileSync(join(path, 'owner.lock'), JSON.stringify({ pid: 1, socket: null }));
    expect(storeOwner(path)).toEqual(E.right(undefined));
  });

  it('can not be told of what is no folder', () => {
    const file = join(path, 'file');
    writeFileSync(file, '');
    expect(storeOwner(file)).toEqual(E.right(undefined));
  });
});
