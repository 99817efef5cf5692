import { describe, expect, it } from 'vitest';
import { newEvents, right, stream, withServer } from './support/withServer.js';

describe('projections of the server', () => {
  it(
    'are found where they write links or how far they have come, and only there',
    withServer({ version: '26.1.0' }, async (server, store) => {
      await right(store.append(stream('account_data-a'), newEvents(3), 'no-stream'));
      expect(await right(store.hasSystemProjections())).toBe(false);
      server.log.writeSystemEvent('$ce-account_data', '$>');
      expect(await right(store.hasSystemProjections())).toBe(true);
    }),
  );

  it(
    'are found by how far they have come',
    withServer({ version: '26.1.0' }, async (server, store) => {
      server.log.writeSystemEvent('$projections-$streams-checkpoint', '$ProjectionCheckpoint');
      expect(await right(store.hasSystemProjections())).toBe(true);
    }),
  );
});
