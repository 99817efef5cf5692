import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { describe, expect, it } from 'vitest';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program against the built package, and gives how it ended and what it said. */
const run = (program: string, url: string): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: packageFolder,
      env: { ...process.env, URL_OF_SERVER: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output: output.trim() });
    });
  });

const opening = `
  import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
  import { systemRuntime } from '@account-data/runtime';
  const store = openEventStoreDbEventStore({ connectionString: process.env.URL_OF_SERVER, runtime: systemRuntime });
  const lost = openEventStoreDbEventStore({ connectionString: 'esdb://127.0.0.1:1?tls=false', runtime: systemRuntime });
  const until = (subscription, tag) => new Promise((resolve) => {
    const look = () => subscription.health()._tag === tag ? resolve() : setTimeout(look, 5);
    look();
  });
  const subscribe = (to) => to.subscribe({ after: 'start', onBatch: () => undefined });
  const event = { id: systemRuntime.random.uuid(), type: 'Happened', data: {}, metadata: {} };
  await store.append('s', [event], 'any')();
  await until(subscribe(store), 'Live');
  await until(subscribe(lost), 'Reconnecting');
`;

describe('a program', () => {
  it('ends by itself once it has closed its stores, whatever they were doing', async () => {
    const server = await startEventStoreDbDouble();
    const program = `${opening} await store.close(); await lost.close(); console.log('closed');`;
    expect(await run(program, server.connectionString)).toEqual({ code: 0, output: 'closed' });
    await server.stop();
  });

  it('that is only subscribed is kept alive, also while its server is away', async () => {
    const server = await startEventStoreDbDouble();
    const program = `${opening}
      console.log('subscribed');
      setTimeout(() => { console.log('still here'); process.exit(0); }, 1500).unref();`;
    const ended = run(program, server.connectionString);
    await server.stop();
    await server.start();
    expect(await ended).toEqual({ code: 0, output: 'subscribed\nstill here' });
    await server.stop();
  });
});
