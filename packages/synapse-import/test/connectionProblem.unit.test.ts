import { Client } from 'pg';
import { expect, test } from 'vitest';
import { connectionProblem } from '../src/index.js';

test.each([
  [Object.assign(new Error('password authentication failed for user "follower"'), { code: '28P01' }), 'it refuses the account, or its password'],
  [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'nothing listens at its address'],
  [Object.assign(new Error('of another kind'), { code: 'XX000' }), undefined],
  [new Error('without a code'), undefined],
  ['no error', undefined],
])('%s is told in words that repeat nothing of it', (error, words) => {
  expect(connectionProblem(error)).toBe(words);
});

test('what a real client says of an address where nothing listens is known', async () => {
  const error: unknown = await new Client({ connectionString: 'postgresql://a:secret@127.0.0.1:1/synapse' }).connect().catch((reason: unknown) => reason);
  expect(connectionProblem(error)).toBe('nothing listens at its address');
});
