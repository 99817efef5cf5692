import { isAfter, Position } from '@account-data/event-store';
import { createAccountDataEngine } from '@account-data/engine';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sqlite from 'node-sqlite3-wasm';
import { expect, onTestFinished, test } from 'vitest';

const example = fileURLToPath(new URL('../examples/sqlite-table.mjs', import.meta.url));
const users = 7;
const changes = 2_000;

const fillLog = async (folder: string): Promise<string> => {
  const opened = await openLmdbEventStore({ path: join(folder, 'log'), runtime: systemRuntime })();
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const engine = await createAccountDataEngine({ store: opened.right });
  const all = await Promise.all(
    Array.from({ length: changes }, (_, i) =>
      engine.setAccountData(`@u${String(i % users)}:example.org`, null, 't', { i }),
    ),
  );
  const last = all.reduce((a, b) => (isAfter(a.position ?? Position(0), b.position ?? Position(0)) ? a : b)).position;
  await engine.close();
  await opened.right.close();
  return String(last);
};

/** Runs the example until it has written so many checkpoints, or the last one, and kills it where it stands. */
const runAndKill = (folder: string, file: string, checkpoints: number, last: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [example, folder, file], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    let complete = false;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const lines = output.split('\n').slice(0, -1);
      complete = lines.some((line) => BigInt(line) >= BigInt(last));
      if (complete || lines.length >= checkpoints) child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    child.on('exit', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(complete);
      else reject(new Error(`The example ended by itself: ${errors}`));
    });
  });

test('a table in SQLite has each change exactly once, however often its consumer is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'consumer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'table.sqlite');
  const last = await fillLog(folder);
  let kills = 0;
  while (!(await runAndKill(folder, file, 1 + (kills % 7), last))) kills += 1;
  expect(kills).toBeGreaterThan(3);

  await rm(`${file}.lock`, { recursive: true, force: true });
  const table = new sqlite.Database(file);
  const rows = table.all('SELECT user_id, count FROM changes ORDER BY user_id');
  table.close();
  expect(rows).toEqual(
    Array.from({ length: users }, (_, user) => ({
      user_id: `@u${String(user)}:example.org`,
      count: Array.from({ length: changes }, (__, i) => i % users).filter((u) => u === user).length,
    })),
  );
});
