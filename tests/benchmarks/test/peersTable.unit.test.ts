import { describe, expect, it } from 'vitest';
import type { PeerResult } from '../src/peers/Peer.js';
import { peersMarkdown } from '../src/peers/peersTable.js';
import { whereOthersWin } from '../src/peers/whereOthersWin.js';

const result = (name: PeerResult['name'], rest: Partial<PeerResult> = {}): PeerResult => ({ name, writes64: 10, writes1: 10, reads: 10, bytesEach: 10, ...rest });

describe('where others win', () => {
  it('is told for each number in which somebody is ahead, the best of them', () => {
    const lines = whereOthersWin([
      result('account-data', { historyMs: 2 }),
      result('sqlite', { historyMs: 1, writes64: 20 }),
      result('sqlite-grouped', { historyMs: 0.5, writes64: 5, asOfMs: 1 }),
    ]);
    expect(lines.map((line) => line.replace(/ times: .*/, ''))).toEqual(['- writes with 64 in flight: `sqlite`, by 2', '- history of a key: `sqlite-grouped`, by 4']);
  });

  it('is nothing where ours is ahead in all', () => {
    expect(whereOthersWin([result('account-data'), result('sqlite', { writes64: 1, bytesEach: 20 })])).toEqual([]);
  });
});

describe('the table of peers', () => {
  it('names who was not measured, and why', () => {
    expect(peersMarkdown([result('account-data'), result('sqlite')], [['emmett', 'it failed']])).toContain('\n- `emmett`: not measured: it failed\n');
  });
});
