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
    const subscriptions = answers.filter(([question]) => question.startsWith('subscribe'));
    expect(subscriptions).toHaveLength(3);
    for (const [, answer] of subscriptions) expect(answer.includes('caught up')).toBe(isToldCaughtUp);
  } finally {
    await double.stop();
  }
});
