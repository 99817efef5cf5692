import { growth } from './growth/growth.js';
import { peers } from './peers/runPeers.js';
import type { Survey } from './Survey.js';
import { tails } from './tails/tails.js';

/** All tables that are measured only where they are asked for. @category constants */
export const surveys: ReadonlyArray<Survey> = [growth, peers, tails];
