import { type AccountDataType, Revision, type RoomId, type UserId } from '@account-data/domain';
import { describe, expect, it } from 'vitest';
import { historyText } from '../src/output/historyText.js';
import type { LoggedChange } from '../src/target/Target.js';

const change: LoggedChange = {
  userId: '@alice:example.org' as UserId,
  roomId: null,
  type: 'org.example.theme' as AccountDataType,
  content: { theme: 'light' },
  previousContent: { theme: 'dark' },
  previousRevision: Revision(3),
  revision: Revision(4),
  time: Date.UTC(2025, 2, 1, 9, 30),
  eventId: 'b4c1a2d8-5e0f-4a39-8c1d-2f6e7a9b0c1d',
  actor: { kind: 'user', id: '@alice:example.org' },
  correlationId: '0d9c8b7a-6f5e-4d3c-8b2a-1f0e9d8c7b6a',
  origin: 'api',
};

describe('historyText', () => {
  it('tells when, what, who, from what and to what', () => {
    expect(historyText(change)).toBe(
      [
        '2025-03-01T09:30:00.000Z  revision 4  org.example.theme',
        '    by:    user @alice:example.org',
        '    from:  {"theme":"dark"}',
        '    to:    {"theme":"light"}',
        '',
      ].join('\n'),
    );
  });

  it('tells the room and the reason', () => {
    expect(historyText({ ...change, roomId: '!home:example.org' as RoomId, reason: 'too\ndark' })).toBe(
      [
        '2025-03-01T09:30:00.000Z  revision 4  org.example.theme in room !home:example.org',
        '    by:    user @alice:example.org',
        '    from:  {"theme":"dark"}',
        '    to:    {"theme":"light"}',
        '    why:   too\\u000adark',
        '',
      ].join('\n'),
    );
  });

  it('tells a first change and a deletion', () => {
    expect(historyText({ ...change, previousContent: null })).toContain('    from:  nothing\n');
    expect(historyText({ ...change, previousContent: {} })).toContain('    from:  nothing\n');
    expect(historyText({ ...change, content: {} })).toContain('    to:    nothing (deleted)\n');
  });

  it('tells where a change came from', () => {
    expect(historyText({ ...change, origin: 'restore', restoredRevision: Revision(2) })).toContain('    as:    restored from revision 2\n');
    expect(historyText({ ...change, origin: 'import', originalTime: Date.UTC(2020, 0, 2) })).toContain(
      '    as:    imported, made 2020-01-02T00:00:00.000Z\n',
    );
  });

  it('shows control characters in types, rooms and actors as escapes', () => {
    const text = historyText({ ...change, type: 'a\u001b[2J' as AccountDataType, roomId: '!\u0007' as RoomId, actor: { kind: 'service', id: 'x\u009b' } });
    expect(text).toContain('a\\u001b[2J in room !\\u0007');
    expect(text).toContain('by:    service x\\u009b');
  });
});
