import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askProcess } from '../askProcess.js';
import type { Survey } from '../Survey.js';
import { peerMissing } from './openPeer.js';
import { type PeerName, peerNotes, type PeerResult, type PeerWork } from './Peer.js';
import type { PeerRequest } from './peerMain.js';
import { peerLines, peersMarkdown } from './peersTable.js';

const program = fileURLToPath(new URL('./peerMain.js', import.meta.url));

/** How much each does in a run of so many seconds for each measurement. */
const workOf = (seconds: number): PeerWork => ({ changes: 20_000, users: 2_000, types: 10, history: 1_000, seconds });

/** The same work by what people would pick instead. @category constructors */
export const peers: Survey = {
  name: 'peers',
  title: 'Beside what people would pick instead',
  about: 'durable changes, reads, history, earlier states, rebuild, disk and memory of ours and of what people would pick instead, each after the other',
  run: async ({ folder, seconds, signal, say }) => {
    const results: Array<PeerResult> = [];
    const notMeasured: Array<readonly [PeerName, string]> = [];
    let failed = 0;
    for (const name of Object.keys(peerNotes) as ReadonlyArray<PeerName>) {
      const missing = peerMissing(name);
      if (missing !== undefined) {
        say(`${name}: not measured: ${missing}`);
        notMeasured.push([name, missing]);
        continue;
      }
      say(`${name} …`);
      const own = join(folder, 'peers', name);
      await mkdir(own, { recursive: true });
      try {
        const { result, memory } = await askProcess<PeerResult>(program, { name, work: workOf(seconds), folder: own } satisfies PeerRequest, signal);
        results.push({ ...result, ...(memory === undefined ? {} : { memory }) });
      } catch (error) {
        signal.throwIfAborted();
        failed += 1;
        notMeasured.push([name, 'it failed']);
        say(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
    const markdown = results.length === 0 ? '' : peersMarkdown(results, notMeasured);
    return { markdown, lines: results.flatMap(peerLines), failed };
  },
};
