import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { expect, it } from 'vitest';

it('runs as a process of its own, obeys commands, and ends when its standard input does', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../dist/main.js', import.meta.url)), '--version', '23.10.3'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  const tell = (command: unknown): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    return next();
  };
  const { connectionString } = (await next()) as { connectionString: string };
  const client = EventStoreDBClient.connectionString(connectionString);
  await client.appendToStream('s', jsonEvent({ type: 'T', data: {} }), { expectedRevision: 'no_stream' });
  expect(await tell({ do: 'fault', rule: { on: 'append', fault: { kind: 'fail', code: 13 } } })).toEqual({ done: 'fault' });
  await expect(client.appendToStream('s', jsonEvent({ type: 'T', data: {} }))).rejects.toThrow();
  expect(await tell({ do: 'stop' })).toEqual({ done: 'stop' });
  expect(await tell({ do: 'start' })).toEqual({ done: 'start' });
  expect(await tell({ do: 'dance' })).toEqual({ error: 'There is no command dance.' });
  const again = EventStoreDBClient.connectionString(connectionString);
  const revisions: Array<bigint> = [];
  for await (const { event } of again.readStream('s')) if (event !== undefined) revisions.push(event.revision);
  expect(revisions).toEqual([0n]);
  await client.dispose();
  await again.dispose();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  expect(await ended).toBe(0);
});
