import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRuntime } from '@account-data/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinnedLoad } from '../src/programs/pinnedLoad.js';
import { type ServerProcesses, startServerProcesses } from '../src/serverProcesses.js';

describe.runIf(process.platform === 'linux')('a measured server of two processes', () => {
  let folder: string;
  let server: ServerProcesses;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'account-data-bench-processes-'));
    server = await startServerProcesses(2, 4, { folder });
  });

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is asked at each of its processes, and tells the processor time of all', async () => {
    for (const at of ['owner', 'other'] as const) {
      const load = await pinnedLoad(server.url, { at, connections: 2, usersPerConnection: 2 }, systemRuntime.clock);
      const before = await server.processor();
      let operations = 0;
      // The system counts in hundredths of a second.
      while ((await server.processor()) === before) {
        ({ operations } = (await load.round?.(0.1)) ?? { operations: 0 });
        expect(operations).toBeGreaterThan(0);
      }
      expect(await server.processor()).toBeGreaterThan(before);
      await load.close();
    }
  });
});
