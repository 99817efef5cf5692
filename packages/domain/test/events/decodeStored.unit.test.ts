import { describe, expect, it } from 'vitest';
import { decodeEvent, decodeStored } from '@account-data/domain';

const stored = () => ({
  type: 'AccountDataUpdated',
  data: { userId: '@alice:example.org', roomId: null, type: 'org.example.theme', content: { theme: 'dark' } },
  metadata: { schemaVersion: 1, actor: { kind: 'user', id: '@alice:example.org' }, $correlationId: 'c', origin: 'api' },
});

describe('an event of the log', () => {
  it('is decoded once for all readers of one object that has room for it', () => {
    const event = { ...stored(), decoded: undefined };
    const first = decodeStored(event);
    expect(first).toEqual(decodeEvent(event.type, event.data, event.metadata));
    expect(decodeStored(event)).toBe(first);
  });

  it('is decoded by each reader where it has no room', () => {
    const event = Object.freeze(stored());
    const first = decodeStored(event);
    expect(decodeStored(event)).toEqual(first);
    expect(decodeStored(event)).not.toBe(first);
    expect('decoded' in event).toBe(false);
  });

  it('stays refused', () => {
    const event = { ...stored(), data: { userId: 'alice' }, decoded: undefined };
    expect(decodeStored(event)).toMatchObject({ _tag: 'Left', left: { code: 'corrupt_event', path: '/data/userId' } });
    expect(decodeStored(event)).toBe(decodeStored(event));
  });
});
