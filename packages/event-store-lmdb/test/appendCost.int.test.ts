import { StreamName } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { createHook } from 'node:async_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LmdbEventStore, openLmdbEventStore } from '../src/index.js';

let folder: string;
let store: LmdbEventStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-data-append-'));
  const opened = await openLmdbEventStore({ path: folder, runtime: systemRuntime })();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  store = opened.right;
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** The promises that are made while something is called, until it returns. */
const promisesOf = (call: () => void): number => {
  let promises = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'PROMISE') promises += 1;
    },
  });
  hook.enable();
  call();
  hook.disable();
  return promises;
};

it('an append that shares the next flush makes two promises: that of its durability, and one that tells damage', async () => {
  const append = (stream: string) =>
    store.append(StreamName(stream), [{ id: systemRuntime.random.uuid(), type: 'Happened', data: {}, metadata: {} }], 'no-stream');
  // Its flush is begun by it, so that the next one only joins those that wait.
  const first = append('first')();
  const next = append('next');
  let appended: ReturnType<typeof next> | undefined;
  const promises = promisesOf(() => {
    appended = next();
  });
  expect(E.isRight(await first)).toBe(true);
  expect(E.isRight((await appended) ?? E.left('not called'))).toBe(true);
  expect(promises).toBe(2);
});
