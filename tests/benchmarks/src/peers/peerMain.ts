import { systemRuntime } from '@account-data/runtime';
import { answerOnce } from '../answerOnce.js';
import { measurePeer } from './measurePeer.js';
import { openPeer } from './openPeer.js';
import type { PeerName, PeerResult, PeerWork } from './Peer.js';

/** A process of its own for one of them: does the work, and tells the result to the process that started it. */

/** What it is asked. @category model */
export interface PeerRequest {
  readonly name: PeerName;
  readonly work: PeerWork;
  readonly folder: string;
}

const answer = async ({ name, work, folder }: PeerRequest): Promise<PeerResult> => {
  const peer = await openPeer(name, folder);
  try {
    return await measurePeer(name, peer, work, systemRuntime.clock);
  } finally {
    await peer.close();
  }
};

answerOnce((request) => answer(request as PeerRequest));
