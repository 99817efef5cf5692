import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../src/runCommand.js';
import { lazyServices } from '../src/services/lazyServices.js';
import { processWorld } from '../src/world/processWorld.js';
import type { World } from '../src/World.js';

const alice = '@alice:example.org';

const file = join(tmpdir(), `account-data-changes-${randomUUID()}.ndjson`);

/** A server whose long operations never end, and which tells how far an erasure is. */
const progress = { user_id: alice, step: 'rooms', steps_done: 1, steps: 6, removed: 3, to_remove: 8 };

let cwd: string;
let server: Server;
let url: string;
let arrived = (): void => undefined;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-interrupted-'));
  await writeFile(file, '{}\n');
  server = createServer((request, response) => {
    if (request.url === '/v1/erasures') response.setHeader('content-type', 'application/json').end(JSON.stringify({ running: [progress] }));
    else arrived();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(cwd, { recursive: true });
  await rm(file);
});

/** What a command writes to standard error that is interrupted when the server has its request or, on a terminal, it has shown `until`. */
const interrupted = async (args: ReadonlyArray<string>, until?: string): Promise<string> => {
  const stop = new AbortController();
  arrived = () => {
    if (until === undefined) stop.abort();
  };
  let errors = '';
  const { terminal: _, confirm: __, page: ___, end: ____, openScreen: _____, ...ofProcess } = processWorld();
  const world: World = {
    ...ofProcess,
    cwd,
    env: { ACCOUNT_DATA_TOKEN: 'any', HOME: cwd },
    stopped: stop.signal,
    isTerminal: until !== undefined,
    write: () => Promise.resolve(),
    writeError: (text) => {
      errors += text;
      if (until !== undefined && text.includes(until)) stop.abort();
    },
  };
  expect(await runCommand([...args, '--url', url], world, lazyServices(world))).toBe(1);
  return errors;
};

describe('a command that is interrupted while a server works says what is left, and how to go on', () => {
  it.each([
    ['erase', ['erase', alice, '--yes'], 'Run the same command again: it finishes what is left, and says what was removed.'],
    ['export', ['export'], 'What was written is not a whole export, and import refuses it: export again.'],
    ['import', ['import', file], 'Run the same command again to go on: what is there is passed over.'],
    ['modules replay', ['modules', 'replay', 'audit-room'], 'The replay ended there. Run it again, or give --from-position'],
    ['modules redrive', ['modules', 'redrive', 'audit-room', '--all'], 'account-data modules parked tells what is still parked'],
    ['projection rebuild', ['projection', 'rebuild'], 'account-data projection status tells how far it is.'],
    ['projection verify', ['projection', 'verify'], 'Nothing is changed by it: run it again.'],
  ])('%s', async (_name, args, advice) => {
    const errors = await interrupted(args);
    expect(errors).toMatch(/^account-data: Interrupted\. \(interrupted\)\n {2}/);
    expect(errors).toContain(advice);
  });

  it('erase, on a terminal, after it has shown how many steps are done and what is removed in this one', async () => {
    const errors = await interrupted(['erase', alice, '--yes'], 'steps');
    expect(errors).toMatch(/^\r\u001b\[KErasing {2}\[###\.+\] {2}16 % {2}\d:\d\d, 1 of 6 steps, rooms 3 of 8\r/);
    expect(errors).toContain('Interrupted.');
  });
});
