// Reads a store again and again, each time with one bit of its log flipped. Arguments: the folder of a closed store (it is
// copied), a folder to work in, a mode. Takes the number of a bit a line; answers with a line of JSON that tells all answers.
import { cpSync, closeSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';

const [pristine, work, mode] = process.argv.slice(2);
const file = readdirSync(pristine).find((name) => /^events-\d+\.mdb$/.test(name));
const text = (value) => JSON.stringify(value, (_key, field) => (typeof field === 'bigint' ? `${field}n` : field));

const flip = (path, bit) => {
  const descriptor = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, Math.floor(bit / 8));
  byte[0] ^= 1 << bit % 8;
  writeSync(descriptor, byte, 0, 1, Math.floor(bit / 8));
  closeSync(descriptor);
};

const answer = async (task) => {
  const result = await task();
  return result._tag === 'Left' ? { left: result.left.code } : { right: result.right };
};

const readAll = async (store, prefixes) => {
  const events = [];
  for (let after = 'start', isEnd = false; !isEnd; ) {
    const slice = await store.readAll({ after, limit: 40, ...(prefixes === undefined ? {} : { prefixes }) })();
    if (slice._tag === 'Left') return { events, left: slice.left.code };
    events.push(...slice.right.events);
    ({ next: after, isEnd } = slice.right);
  }
  return { events };
};

const readStore = async (store) => {
  const answers = { all: await readAll(store), some: await readAll(store, ['b']) };
  for (const stream of ['a1', 'a2', 'b1', 'b2', 'long', 'last', 'gone', 'never', 'c3', 'c17', 'c40']) {
    answers[`read ${stream}`] = await answer(store.read(stream, { limit: 1_000 }));
    answers[`backwards ${stream}`] = await answer(store.read(stream, { limit: 3, direction: 'backwards' }));
    answers[`metadata ${stream}`] = await answer(store.streamMetadata(stream));
  }
  answers.head = await answer(store.head());
  return answers;
};

const run = async (bit) => {
  rmSync(work, { recursive: true, force: true });
  cpSync(pristine, work, { recursive: true });
  if (bit >= 0) flip(join(work, file), bit);
  const opened = await openLmdbEventStore({ path: work, mode, runtime: systemRuntime })();
  if (opened._tag === 'Left') return { refused: opened.left.code, message: opened.left.message };
  const answers = await readStore(opened.right);
  // What an owner writes is no concern here.
  await opened.right.close();
  return { answers };
};

for await (const line of createInterface({ input: process.stdin })) {
  const bit = Number(line);
  const outcome = await run(bit).catch((error) => ({ threw: String(error instanceof Error ? error.stack : error) }));
  process.stdout.write(`${text({ bit, ...outcome })}\n`);
}
