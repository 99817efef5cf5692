import type { AuditServer } from './auditServer.js';

export const alice = '@alice:example.org';
export const mallory = '@mallory:example.org';
export const room = '!work:example.org';

/** What tries to be more than text. */
export const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>javascript:alert(3)\u202Egnp.exe';

/** A little of everything that there is to audit. */
export const seed = async ({ engine }: AuditServer): Promise<void> => {
  const support = { actor: { kind: 'service', id: 'support-desk' } } as const;
  await engine.setAccountData(alice, null, 'org.example.theme', { mode: 'light', zoom: 1, fonts: ['serif', 'mono'], accent: { hue: 210, name: 'steel blue' } });
  await engine.setAccountData(alice, room, 'org.example.pin', { pinned: true, order: 0.25 });
  await engine.setAccountData(alice, null, 'm.direct', { '@bob:example.org': ['!a:example.org', '!b:example.org'], '@carol:example.org': ['!c:example.org'] }, { reason: 'first contact' });
  await engine.setAccountData(alice, null, 'org.example.theme', { mode: 'dark', zoom: 1, fonts: ['serif', 'sans', 'mono'], accent: { hue: 210, name: 'slate blue' } });
  await engine.setAccountData(alice, null, 'm.direct', { '@bob:example.org': ['!a:example.org'], '@dan:example.org': ['!d:example.org'] }, { ...support, reason: 'ticket 4711: wrong room', requestKey: 'desk-4711-1' });
  await engine.deleteAccountData(alice, room, 'org.example.pin');
  await engine.setAccountData(alice, null, 'org.example.notes', { text: 'The quick brown fox jumps over the lazy dog. '.repeat(40), list: Array.from({ length: 60 }, (_, index) => index) });
  await engine.setAccountData(alice, null, 'org.example.notes', { text: 'The quick red fox jumps over the lazy dog. '.repeat(40), list: Array.from({ length: 60 }, (_, index) => (index === 30 ? 'thirty' : index)) });
  await engine.setTag(alice, room, 'm.favourite', { order: 0.5 });
  await engine.removeTag(alice, room, 'm.favourite');
  await engine.setAccountData(mallory, null, hostile, { [hostile]: hostile, link: 'javascript:alert(4)', ['__proto__']: { polluted: true } }, { reason: hostile });
};

/** A user with so many changes. */
export const busy = '@busy:example.org';
export const seedBusy = async ({ engine }: AuditServer, changes: number): Promise<void> => {
  const batch = 500;
  for (let from = 0; from < changes; from += batch) {
    const length = Math.min(batch, changes - from);
    await Promise.all(
      Array.from({ length }, (_, index) => engine.setAccountData(busy, null, `org.example.counter${String((from + index) % 7)}`, { count: from + index, name: 'a counter' }, { await: 'appended' })),
    );
  }
  await engine.setAccountData(busy, null, 'org.example.last', { done: true });
};
