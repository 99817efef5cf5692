import { markdownTable, shortNumber } from '../markdownTable.js';
import type { KeptLine } from '../Survey.js';
import { type PeerName, peerNotes, type PeerResult } from './Peer.js';
import { whereOthersWin } from './whereOthersWin.js';

const columns: ReadonlyArray<readonly [string, (result: PeerResult) => string]> = [
  ['', ({ name }) => `\`${name}\``],
  ['writes/s, 64 in flight', ({ writes64 }) => shortNumber(writes64)],
  ['writes/s, one in flight', ({ writes1 }) => shortNumber(writes1)],
  ['reads/s', ({ reads }) => shortNumber(reads)],
  ['history of a key, ms', ({ historyMs }) => shortNumber(historyMs)],
  ['state as of, ms', ({ asOfMs }) => shortNumber(asOfMs)],
  ['rebuild, events/s', ({ rebuild }) => shortNumber(rebuild)],
  ['bytes for a change', ({ bytesEach }) => shortNumber(bytesEach)],
  ['memory of the process, MB', ({ memory }) => shortNumber(memory)],
];

/** All that was measured, as a table in Markdown, and what each of them stores and how durably. */
const peersTable = (results: ReadonlyArray<PeerResult>): string =>
  [
    markdownTable(columns, results),
    '',
    ...results.map(({ name }) => `- \`${name}\`: ${peerNotes[name].stores}; ${peerNotes[name].durable}.`),
  ].join('\n');

const plotWidth = 50;

/** Writes with 64 in flight, as bars. */
const peersPlot = (results: ReadonlyArray<PeerResult>): string => {
  const most = Math.max(...results.map(({ writes64 }) => writes64));
  const names = Math.max(...results.map(({ name }) => name.length));
  return results.map(({ name, writes64 }) => `${name.padEnd(names)} ${'█'.repeat(Math.max(1, Math.round((writes64 / most) * plotWidth)))} ${shortNumber(writes64)}`).join('\n');
};

/** The table, the plot, where others are ahead, and who was not measured and why, in Markdown. */
export const peersMarkdown = (results: ReadonlyArray<PeerResult>, notMeasured: ReadonlyArray<readonly [PeerName, string]>): string => {
  const ahead = whereOthersWin(results);
  return [
    [peersTable(results), ...notMeasured.map(([name, why]) => `- \`${name}\`: not measured: ${why}`)].join('\n'),
    `Writes with 64 in flight:\n\n\`\`\`text\n${peersPlot(results)}\n\`\`\``,
    ...(ahead.length === 0 ? [] : [`Where another is ahead of ours:\n\n${ahead.join('\n')}`]),
  ].join('\n\n');
};

const kept: ReadonlyArray<readonly [keyof PeerResult, string]> = [
  ['writes64', 'changes/s'],
  ['writes1', 'changes/s'],
  ['reads', 'reads/s'],
  ['historyMs', 'ms'],
  ['asOfMs', 'ms'],
  ['rebuild', 'events/s'],
  ['bytesEach', 'bytes'],
  ['memory', 'MB'],
];

/** What is kept of a result. */
export const peerLines = (result: PeerResult): ReadonlyArray<KeptLine> =>
  kept.flatMap(([key, unit]) => {
    const value = result[key];
    return typeof value === 'number' ? [{ name: `peers/${result.name}/${key}`, value, unit }] : [];
  });
