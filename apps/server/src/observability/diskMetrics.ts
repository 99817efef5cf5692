import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Gauge, type Registry } from 'prom-client';

/** What a data folder holds, as metrics name it; with EventStoreDB there is no log in it. */
const parts = ['log', 'projection'] as const;

/** `du` counts in these, whatever the blocks of the disk are (stat(2)). */
const blockBytes = 512;

/** Files come and go while they are looked at. */
const orNone = <A>(promise: Promise<A>): Promise<A | undefined> => promise.catch(() => undefined);

/** What a folder takes on the disk; undefined where there is none. LMDB's files can be longer than that. */
const bytesOnDisk = async (folder: string): Promise<number | undefined> => {
  const entries = await orNone(readdir(folder, { withFileTypes: true }));
  if (entries === undefined) return undefined;
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return bytesOnDisk(path);
      return ((await orNone(stat(path)))?.blocks ?? 0) * blockBytes;
    }),
  );
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
};

/** Registers what the data folder takes on its disk, and what is left there. Read when scraped. */
export const registerDiskMetrics = (registry: Registry, folder: string): void => {
  new Gauge({
    name: 'account_data_folder_bytes',
    help: 'What the data folder takes on its disk, by part: log, projection.',
    labelNames: ['part'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const part of parts) {
        const bytes = await bytesOnDisk(join(folder, part));
        if (bytes !== undefined) this.set({ part }, bytes);
      }
    },
  });
  new Gauge({
    name: 'account_data_folder_free_bytes',
    help: 'What is left for this user on the disk of the data folder.',
    registers: [registry],
    async collect() {
      const found = await orNone(statfs(folder));
      if (found === undefined) this.remove();
      else this.set(found.bavail * found.bsize);
    },
  });
};
