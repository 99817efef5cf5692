import { shortNumber } from '../markdownTable.js';
import type { PeerName, PeerResult } from './Peer.js';

type Column = Exclude<keyof PeerResult, 'name'>;

/** What each number is called, whether more is better, and why somebody else may be ahead in it. */
const columns: { readonly [C in Column]: { readonly about: string; readonly isHigherBetter: boolean; readonly why: string } } = {
  writes64: {
    about: 'writes with 64 in flight',
    isHigherBetter: true,
    why: 'changes of one turn of the event loop share one transaction in the process; each of ours is decided, appended, and then waited for until the read model, a second environment, shows it',
  },
  writes1: { about: 'writes with one in flight', isHigherBetter: true, why: 'one flush is all there is to wait for; ours then waits until the read model shows the change' },
  reads: { about: 'reads', isHigherBetter: true, why: 'it answers from memory' },
  historyMs: {
    about: 'history of a key',
    isHigherBetter: false,
    why: 'the rows of a key stand side by side, with what was there before, and are taken as they are; ours are found in the log by an index, their checksums checked, and each is decoded and validated',
  },
  asOfMs: { about: 'state as of', isHigherBetter: false, why: 'one query over an index of the user’s changes' },
  rebuild: { about: 'rebuild', isHigherBetter: true, why: 'one statement copies the newest row of each key; ours reads, checks and folds every event, and writes history and other indexes besides' },
  bytesEach: { about: 'bytes for a change', isHigherBetter: false, why: 'the content is stored once, and nothing of who, when and why' },
  memory: { about: 'memory', isHigherBetter: false, why: 'caches are the system’s or those of a server, whose memory is not counted' },
};

const bestOf = (column: Column, results: ReadonlyArray<PeerResult>): { readonly name: PeerName; readonly value: number } | undefined => {
  const sign = columns[column].isHigherBetter ? -1 : 1;
  const measured = results.flatMap(({ name, [column]: value }) => (value === undefined ? [] : [{ name, value }]));
  return measured.sort((a, b) => sign * (a.value - b.value))[0];
};

/** A line in Markdown for each number in which somebody else is ahead of ours: who, by how much, and why. */
export const whereOthersWin = (results: ReadonlyArray<PeerResult>): ReadonlyArray<string> => {
  const ours = results.find(({ name }) => name === 'account-data');
  if (ours === undefined) return [];
  return (Object.keys(columns) as ReadonlyArray<Column>).flatMap((column) => {
    const best = bestOf(column, results);
    const own = ours[column];
    if (best === undefined || own === undefined || best.name === 'account-data') return [];
    const times = columns[column].isHigherBetter ? best.value / own : own / best.value;
    return [`- ${columns[column].about}: \`${best.name}\`, by ${shortNumber(times)} times: ${columns[column].why}.`];
  });
};
