import { deepStrictEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { type EncodedEvent, decodeEvent, eventTypes, schemaVersionOf } from '@account-data/domain';

const folder = new URL('../golden/', import.meta.url);

/** What each file was when its schema version was released. Lines are added, never changed. */
const released: { readonly [file: string]: string } = {
  'AccountDataUpdated.v1.json': '3ae0ff7ed3f75e6d977f0af8ab76352d5279c2f907515b08de609de39e217b8f',
  'LogCreated.v1.json': 'b52effb28bf5488f3d1bb6cc4608281928d171047b366fccffd86ceefea73a68',
  'LogEpochBegan.v1.json': '04a267f69537e159c6876750aa5a7e45114c3a8031585ec617424eb60b0594b1',
  'RoomTagRemoved.v1.json': 'cd01a7e4bd428ed79ac291899996d74eac0afd83559d3e4613957ecc19de33bd',
  'RoomTagSet.v1.json': '7ee207927ccfeb5701f4addc98816edb4c82ed8830ee9ff9a1fffcd0577e62a1',
  'UserErased.v1.json': 'aa6bacb242a09980993b21770649d044c640c0767714ad0ae89adb05aa81af60',
};

const textOf = (file: string): string => readFileSync(fileURLToPath(new URL(file, folder)), 'utf8');

describe('the golden events', () => {
  it('are there for every event type and schema version, and no others', () => {
    const expected = eventTypes.flatMap(({ type, decoders }) => decoders.map((_, i) => `${type}.v${i + 1}.json`));
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    expect(files.toSorted()).toStrictEqual(expected.toSorted());
    expect(Object.keys(released).toSorted()).toStrictEqual(expected.toSorted());
  });

  it.each(Object.entries(released))('%s was not edited since its release', (file, digest) => {
    expect(createHash('sha256').update(textOf(file)).digest('hex')).toBe(digest);
  });

  it.each(Object.keys(released))('%s can be read', (file) => {
    const { type, data, metadata } = JSON.parse(textOf(file)) as EncodedEvent;
    const decoded = decodeEvent(type, data, metadata);
    expect(decoded).toMatchObject(E.right({ event: { type } }));
    if (metadata['schemaVersion'] === schemaVersionOf(type)) {
      const again = JSON.parse(textOf(file)) as EncodedEvent;
      deepStrictEqual(decoded, E.right({ event: { type, data: again.data }, metadata: again.metadata }));
    }
  });
});
