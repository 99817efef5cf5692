import { type Operation, dataPath, get, put, remove, tags } from './Operation.js';

const theme = 'org.example.theme';
const room = { room: true };

/** Sets something of a type of its own, and reads what is there then. */
const kept = (name: string, content: string | Uint8Array | object, where = {}): ReadonlyArray<Operation> => {
  const type = `t.${name.replace(/[^a-z0-9]+/gi, '-')}`;
  return [put(name, type, content, where), get(`${name}, read`, type, where)];
};

const deep = (levels: number): string => `${'{"a":'.repeat(levels)}{}${'}'.repeat(levels)}`;

const changes: ReadonlyArray<Operation> = [
  get('what was never set', theme),
  put('set', theme, { theme: 'dark' }),
  get('set, read', theme),
  put('change', theme, { theme: 'light', size: 12 }),
  get('change, read', theme),
  put('set to what it is', theme, { theme: 'light', size: 12 }),
  remove('delete', theme),
  get('delete, read', theme),
  remove('delete what is not there', theme),
  put('set again', theme, { theme: 'dark' }),
  put('delete by {}', theme, {}),
  get('delete by {}, read', theme),
  put('delete by {} what is not there', 'org.example.never', {}),
  remove('delete what was never set', 'org.example.never.too'),
  put('set in a room', 'org.example.pin', { pinned: true }, room),
  get('set in a room, read', 'org.example.pin', room),
  put('set to what it is in a room', 'org.example.pin', { pinned: true }, room),
  get('what is set in a room only, read as global', 'org.example.pin'),
  remove('delete in a room', 'org.example.pin', room),
  get('delete in a room, read', 'org.example.pin', room),
  put('delete by {} in a room', 'org.example.pin', {}, room),
  remove('delete in a room what is not there', 'org.example.pin', room),
  put("another user's set", theme, { theme: 'high contrast' }, { user: 'bob' }),
  get("another user's set, read", theme, { user: 'bob' }),
  put('m.direct', 'm.direct', { '@bob:example.org': ['!a:example.org'] }),
  put('m.ignored_user_list', 'm.ignored_user_list', { ignored_users: { '@mallory:example.org': {} } }),
  put('m.tag as account data of a room', 'm.tag', { tags: {} }, room),
  put('m.fully_read', 'm.fully_read', { event_id: '$e' }),
  put('m.fully_read in a room', 'm.fully_read', { event_id: '$e' }, room),
  put('m.push_rules', 'm.push_rules', { global: {} }),
  remove('m.push_rules deleted', 'm.push_rules'),
  put('m.marked_unread', 'm.marked_unread', { unread: true }, room),
];

const contents: ReadonlyArray<Operation> = [
  ...kept('text beyond ASCII', { 'clé': 'é ü \u{1F600}' }),
  ...kept('nested', { a: [1, [2, { b: null }], true, false], c: { d: {} } }),
  ...kept('blanks and order of members', '{ "b" : 1 , "a" : [ 1 , 2 ] }'),
  ...kept('members that look like numbers', '{"10":1,"9":2,"x":3}'),
  ...kept('a fraction', '{"n":0.1}'),
  ...kept('the fraction 1.0', '{"n":1.0}'),
  ...kept('the number 1e2', '{"n":1e2}'),
  ...kept('the number -0', '{"n":-0}'),
  ...kept('the number -0.0', '{"n":-0.0}'),
  ...kept('a small number', '{"n":1e-7}'),
  ...kept('the integer 2^53-1', '{"n":9007199254740991}'),
  ...kept('the integer 2^53', '{"n":9007199254740992}'),
  ...kept('an integer of 30 digits', '{"n":100000000000000000000000000001}'),
  ...kept('the number 1e400', '{"n":1e400}'),
  ...kept('the number 1e16', '{"n":1e16}'),
  ...kept('NaN', '{"n":NaN}'),
  ...kept('a member that stands twice', '{"a":1,"a":2}'),
  ...kept('NUL in a text', '{"a":"x\\u0000y"}'),
  ...kept('a lone surrogate', '{"a":"\\ud800"}'),
  ...kept('__proto__ and constructor', '{"__proto__":{"a":1},"constructor":2}'),
  ...kept('90 levels', deep(90)),
  ...kept('200 levels', deep(200)),
  ...kept('content of 60,000 bytes', { a: 'x'.repeat(59_990) }),
  ...kept('content of 70,000 bytes', { a: 'x'.repeat(69_990) }),
  ...kept('300 members', Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`m${String(n)}`, n]))),
  ...kept('an HTML text', { a: '<b>"&\'</b>' }),
];

const wrongBodies: ReadonlyArray<Operation> = [
  ...kept('no body', ''),
  ...kept('no JSON', '{"a":'),
  ...kept('JSON and more', '{} {}'),
  ...kept('a list', '[1]'),
  ...kept('a text', '"text"'),
  ...kept('a number', '5'),
  ...kept('null', 'null'),
  ...kept('no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  ...kept('UTF-8 with a byte order mark', '\ufeff{"a":1}'),
  ...kept('a control character in a text', '{"a":"\u0001"}'),
  ...kept('a comment', '{"a":1 /* one */}'),
  ...kept('a comma too many', '{"a":1,}'),
];

const types: ReadonlyArray<Operation> = [
  put('a type of 255 bytes', 'a'.repeat(255), {}),
  put('a type of 256 bytes', 'a'.repeat(256), {}),
  put('a type beyond ASCII', 'é\u{1F600}', { a: 1 }),
  get('a type beyond ASCII, read', 'é\u{1F600}'),
  put('a type with a slash', 'a/b', { a: 1 }),
  get('a type with a slash, read', 'a/b'),
  put('a type with a blank', 'a b', { a: 1 }),
  put('a type with NUL', 'a\0b', { a: 1 }),
  put('an empty type', '', { a: 1 }),
  { ...put('a type that is no UTF-8', '\ufffd', { a: 1 }), path: '/_matrix/client/v3/user/%40alice%3Aexample.org/account_data/%ff' },
  { ...put('a percent sign that escapes nothing', 'a%zz', { a: 1 }), path: '/_matrix/client/v3/user/%40alice%3Aexample.org/account_data/a%zz' },
  put('the type constructor', 'constructor', { a: 1 }),
  get('the type __proto__, read', '__proto__'),
];

const of = (operation: Operation, changed: Partial<Operation>): Operation => ({ ...operation, ...changed });

const access: ReadonlyArray<Operation> = [
  of(put('with no token', 'x', {}), { token: null }),
  of(get('with no token, read', 'x'), { token: null }),
  of(put('with an unknown token', 'x', {}), { token: 'nobody' }),
  of(put("another's, set", 'x', {}, { user: 'bob' }), { user: 'alice' }),
  of(get("another's, read", theme, { user: 'bob' }), { user: 'alice' }),
  of(remove("another's, deleted", theme, { user: 'bob' }), { user: 'alice' }),
  of(put('of no user ID', 'x', {}), { path: '/_matrix/client/v3/user/alice/account_data/x' }),
  of(put('of a user elsewhere', 'x', {}), { path: '/_matrix/client/v3/user/%40alice%3Aelsewhere.org/account_data/x' }),
  of(put('of no room ID', 'x', {}), { path: '/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/room/account_data/x' }),
  of(get('of no room ID, read', 'x'), { path: '/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/room/account_data/x' }),
  of(put('of a room that alice is not in', 'org.example.elsewhere', { a: 1 }), {
    path: '/_matrix/client/v3/user/%40alice%3Aexample.org/rooms/!nobody%3Aexample.org/account_data/org.example.elsewhere',
  }),
  of(put('by POST', 'x', {}), { method: 'POST' }),
  of(get('by PATCH', 'x'), { method: 'PATCH', body: '{}' }),
  of(put('at r0', 'org.example.r0', { a: 1 }), { path: `/_matrix/client/r0${dataPath('alice', 'org.example.r0')}` }),
  of(put('at v1', 'org.example.v1', { a: 1 }), { path: `/_matrix/client/v1${dataPath('alice', 'org.example.v1')}` }),
  of(put('at unstable', 'org.example.unstable', { a: 1 }), { path: `/_matrix/client/unstable${dataPath('alice', 'org.example.unstable')}` }),
  of(remove('deleted at v3', theme), { path: `/_matrix/client/v3${dataPath('alice', theme)}` }),
  of(get('with a slash at its end', theme), { path: `/_matrix/client/v3${dataPath('alice', theme)}/` }),
];

const roomTags: ReadonlyArray<Operation> = [
  tags('tags of a room that has none', 'GET'),
  tags('tag set', 'PUT', 'm.favourite', { order: 0.25 }),
  tags('tag of the user set', 'PUT', 'u.work', {}),
  tags('tags read', 'GET'),
  tags('tag changed', 'PUT', 'm.favourite', { order: 0.5 }),
  tags('tags after a change', 'GET'),
  tags('tag removed', 'DELETE', 'm.favourite'),
  tags('tag removed that is not there', 'DELETE', 'm.favourite'),
  tags('tags after a removal', 'GET'),
  tags('tag with an order that is a text', 'PUT', 'u.order', { order: 'first' }),
  tags('tag with an order beyond 1', 'PUT', 'u.beyond', { order: 7 }),
  tags('tag that is a list', 'PUT', 'u.list', '[]'),
  tags('tag that is no JSON', 'PUT', 'u.none', '{'),
  tags('tag of 255 bytes', 'PUT', `u.${'x'.repeat(253)}`, {}),
  tags('tag of 256 bytes', 'PUT', `u.${'x'.repeat(254)}`, {}),
  tags('tag with more in it', 'PUT', 'u.more', { order: 1, color: 'red' }),
  tags('tag in a room that alice is not in', 'PUT', 'u.work', {}, { room: '!nobody%3Aexample.org' }),
  tags('tag in what is no room ID', 'PUT', 'u.work', {}, { room: 'room' }),
  tags('tags of what is no room ID', 'GET', '', undefined, { room: 'room' }),
  tags("another's tags", 'GET', '', undefined, { user: 'bob' }),
].map((operation) => (operation.name === "another's tags" ? { ...operation, user: 'alice' } : operation));

/** What is done one after the other. @category constructors */
export const inOrder: ReadonlyArray<Operation> = [...changes, ...contents, ...wrongBodies, ...types, ...access, ...roomTags];

const busy = (user: 'alice' | 'bob'): ReadonlyArray<Operation> =>
  Array.from({ length: 20 }, (_, n) =>
    n % 5 === 4
      ? remove(`${user} at the same time, ${String(n)}`, 'org.example.busy', { user })
      : put(`${user} at the same time, ${String(n)}`, 'org.example.busy', { n }, { user, room: n % 5 === 3 }),
  );

/** What two users do at the same time, each in order. @category constructors */
export const atOnce: ReadonlyArray<ReadonlyArray<Operation>> = [busy('alice'), busy('bob')];

/** What a user has before they are deactivated, and what is asked for afterwards with the same token. @category constructors */
export const deactivation: { readonly before: ReadonlyArray<Operation>; readonly after: ReadonlyArray<Operation> } = {
  before: [put('before the deactivation', theme, { theme: 'dark' }, { user: 'carol' })],
  after: [
    get('after the deactivation, read', theme, { user: 'carol' }),
    put('after the deactivation, set', theme, { theme: 'dark' }, { user: 'carol' }),
  ],
};
