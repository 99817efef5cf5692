import { EventStoreDBClient } from '@eventstore/db-client';
import { expect, it } from 'vitest';
import { bareClientUrl } from '../src/index.js';

it.each([
  ['kurrentdb://admin:changeit@127.0.0.1:2113?tls=false', 'esdb://admin:changeit@127.0.0.1:2113?tls=false'],
  ['kurrentdb+discover://cluster.example.org:2113', 'esdb+discover://cluster.example.org:2113'],
  ['kdb://h', 'esdb://h'],
  ['esdb://kurrentdb:2113', 'esdb://kurrentdb:2113'],
])('%s is an address that the bare client takes, as %s', (given, taken) => {
  expect(bareClientUrl(given)).toBe(taken);
  EventStoreDBClient.connectionString(taken);
});
