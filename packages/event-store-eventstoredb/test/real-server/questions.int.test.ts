import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { expect, it } from 'vitest';
import { interrogate } from './questions.js';

it.each([
  ['22.10.4', false],
  ['23.10.6', true],
  ['24.10.0', true],
  ['26.1.0', true],
])('the questions to a real server are answered by the double as %s, too', async (version, isToldCaughtUp) => {
  const double = await startEventStoreDbDouble({ version });
  try {
    const answers = await interrogate(double.connectionString, 'questions-', isToldCaughtUp);
    expect(answers.length).toBeGreaterThan(100);
    const large = answers.filter(([question]) => question.includes('more than 1 MiB'));
    const isTaken = version.startsWith('26');
    expect(large).toHaveLength(2);
    for (const [, answer] of large) expect(answer).toMatch(isTaken ? /^\[true,"0n"\]$/ : /^MaxAppendSizeExceededError .* 1048576$/);
    const said = new Map(answers);
    for (const path of ['batch', 'unary']) {
      expect(said.get(`${path}: append no events`)).toBe('[true,"0n"]');
      expect(said.get(`${path}: read the stream to which no events were appended`)).toBe('not found');
      expect(said.get(`${path}: append the first with a new one, expecting any`)).toContain('wrong revision');
      expect(said.get(`${path}: read what it kept`)).toBe('[{"a":1},{"a":1}]');
      expect(said.get(`${path}: read that it is there twice`)).toMatch(/^\[\["0n".*\["2n"/);
    }
    expect(said.get('read what was appended after all was truncated, beyond the end')).toBe('[]');
    expect(said.get('read what was truncated and is not any more')).toMatch(/^\[\["0n".*\["6n"/);
    const subscriptions = answers.filter(([question]) => question.startsWith('subscribe'));
    expect(subscriptions).toHaveLength(3);
    for (const [, answer] of subscriptions) expect(answer.includes('caught up')).toBe(isToldCaughtUp);
  } finally {
    await double.stop();
  }
});
