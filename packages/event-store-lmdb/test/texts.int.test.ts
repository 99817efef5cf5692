import type { PositionedEvent } from '@account-data/event-store';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { named, newEvent, openStore, right } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

it('a subscription to texts gets the text of each event whose stream and type are in ASCII, packed or not', async () => {
  const store = await openStore(join(temporaryFolder(), 'store'));
  const alike = Array.from({ length: 20 }, (_, n) => newEvent({ n, text: 'as the others are' }));
  await right(store.append(named('a'), alike, 'no-stream'));
  await right(store.append(named('b'), [newEvent({ x: Array.from({ length: 40 }, (_, n) => Math.sqrt(n)) })], 'no-stream'));
  await right(store.append(named('ü'), [newEvent()], 'no-stream'));
  const hasText = await new Promise<ReadonlyArray<readonly [stream: string, text: string | undefined]>>((resolve) => {
    const told = ({ stream, text }: PositionedEvent): readonly [string, string | undefined] => [stream, text?.bytes.toString('utf8', text.from, text.to)];
    const subscription = store.subscribe({
      after: 'start',
      texts: true,
      onBatch: ({ events }) => {
        resolve(events.map(told));
        void subscription.close();
      },
    });
  });
  expect(hasText.slice(0, 2)).toEqual(alike.slice(0, 2).map(({ data, metadata }) => ['a', `${JSON.stringify(data)},${JSON.stringify(metadata)}`]));
  expect(hasText.map(([stream, text]) => [stream, text !== undefined])).toEqual([...alike.map(() => ['a', true]), ['b', true], ['ü', false]]);
});
