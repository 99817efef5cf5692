import { type DoubleOptions, startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { EventStoreDBClient } from '@eventstore/db-client';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import type { EventStoreDbOptions } from '../src/index.js';
import { roundTrip } from './support/withServer.js';

/** What the calls of each method said that they accept, where a store went through every kind of call. */
const encodingsOf = async (options: DoubleOptions, store: Partial<EventStoreDbOptions> = {}): Promise<unknown> => {
  const server = await startEventStoreDbDouble({ version: '26.1.0', ...options });
  try {
    await roundTrip(server.connectionString, store);
    return server.traffic.acceptedEncodings;
  } finally {
    await server.stop();
  }
};

const calls = (encoding: string): unknown => {
  const said = new Set([encoding]);
  return { GetSupportedMethods: said, BatchAppend: said, Read: said, Tombstone: said };
};

describe('a server that compresses for those that accept it', () => {
  it('is asked by every call for answers as they are', async () => {
    expect(await encodingsOf({})).toEqual(calls('identity'));
  });

  it('is asked so with credentials, too', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', algorithm: 'sha256' });
    const options = { tls: { certificate: Buffer.from(cert), key: Buffer.from(key) }, users: { admin: 'changeit' } };
    const server = await startEventStoreDbDouble({ version: '26.1.0', ...options });
    try {
      // By name: Node 26 names no address to a TLS server.
      await roundTrip(`esdb://localhost:${server.port}?tlsVerifyCert=false`, { credentials: { username: 'admin', password: 'changeit' } });
      expect(server.traffic.acceptedEncodings).toEqual(calls('identity'));
    } finally {
      await server.stop();
    }
  });

  it('may compress where the options say so', async () => {
    expect(await encodingsOf({}, { compression: true })).toEqual(calls('identity,deflate,gzip'));
  });

  it('compresses for the bare client, which understands it', async () => {
    const server = await startEventStoreDbDouble({ version: '26.1.0' });
    const client = EventStoreDBClient.connectionString(server.connectionString);
    try {
      const types: Array<string | undefined> = [];
      for await (const { event } of client.readAll()) types.push(event?.type);
      expect(types).toEqual(['$User', '$statsCollected']);
      expect(server.traffic.acceptedEncodings).toMatchObject({ Read: new Set(['identity,deflate,gzip']) });
    } finally {
      await client.dispose();
      await server.stop();
    }
  });
});
