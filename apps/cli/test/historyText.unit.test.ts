import { type AccountDataType, Revision, type RoomId, type UserId } from '@account-data/domain';
import { describe, expect, it } from 'vitest';
import { simulatedRuntime } from '@account-data/runtime';
import { historyText } from '../src/output/historyText.js';
import { lookOf } from '../src/output/look.js';
import type { LoggedChange } from '../src/target/Target.js';

const runtime = simulatedRuntime({ seed: 1, startAt: Date.UTC(2025, 2, 4, 9, 30) });
const plain = lookOf({ runtime });

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
    expect(historyText(change, plain)).toBe(
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
    expect(historyText({ ...change, roomId: '!home:example.org' as RoomId, reason: 'too\ndark' }, plain)).toBe(
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
    expect(historyText({ ...change, previousContent: null }, plain)).toContain('    from:  nothing\n');
    expect(historyText({ ...change, previousContent: {} }, plain)).toContain('    from:  nothing\n');
    expect(historyText({ ...change, content: {} }, plain)).toContain('    to:    nothing (deleted)\n');
  });

  it('tells where a change came from', () => {
    expect(historyText({ ...change, origin: 'restore', restoredRevision: Revision(2) }, plain)).toContain('    as:    restored from revision 2\n');
    expect(historyText({ ...change, origin: 'import', originalTime: Date.UTC(2020, 0, 2) }, plain)).toContain(
      '    as:    imported, made 2020-01-02T00:00:00.000Z\n',
    );
  });

  it('shows control characters in types, rooms and actors as escapes', () => {
    const text = historyText({ ...change, type: 'a\u001b[2J' as AccountDataType, roomId: '!\u0007' as RoomId, actor: { kind: 'service', id: 'x\u009b' } }, plain);
    expect(text).toContain('a\\u001b[2J in room !\\u0007');
    expect(text).toContain('by:    service x\\u009b');
  });
});

describe('on a terminal', () => {
  const coloured = lookOf({ runtime, terminal: { columns: 80, hasColors: true } });
  const bare = lookOf({ runtime, terminal: { columns: 80, hasColors: false } });

  it('a change reads as one diff, with how long ago it was, and what did not change folded', () => {
    const previousContent = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, theme: 'dark' };
    const text = historyText({ ...change, previousContent, content: { ...previousContent, theme: 'light' } }, bare);
    expect(text).toBe(
      [
        '2025-03-01T09:30:00.000Z (3 days ago)  revision 4  org.example.theme',
        '    by:    user @alice:example.org',
        '      …',
        '        "e": 5,',
        '        "f": 6,',
        '    -   "theme": "dark"',
        '    +   "theme": "light"',
        '      }',
        '',
      ].join('\n'),
    );
  });

  it('has colours only where the terminal has them', () => {
    expect(historyText(change, coloured)).toContain('\u001b[32m+   "theme": "light"\u001b[39m');
    expect(historyText(change, bare)).not.toContain('\u001b');
    expect(historyText(change, plain)).not.toContain('\u001b');
  });
});
