const quoted = (text: string | null): string => `'${(text ?? '').replaceAll("'", "''")}'`;

/** Rows for the three tables: 2,500 types of one user, so that pages end in between, and some of another. */
export const synapseRows = [
  ...Array.from({ length: 2_500 }, (_, i) => ['account_data', '@alice:example.org', null, `t${String(i)}`, `{"n":${String(i)}}`, i + 10] as const),
  ['account_data', '@bob:example.org', null, 'it\'s "odd" \u{1F600}', '{"a":"\\u0000"}', 3],
  ['account_data', '@bob:example.org', null, 'gone', '{}', 4],
  ['room_account_data', '@bob:example.org', '!r:example.org', 'm.fully_read', '{"event_id":"$e"}', 5],
  ['room_tags', '@bob:example.org', '!r:example.org', 'm.favourite', '{"order":0.25}', null],
] as const;

/** A row that can't be imported. */
export interface OddRow {
  readonly row: readonly ['account_data' | 'room_account_data' | 'room_tags', string, string | null, string, string, number | null];
  /** What an import says of it. */
  readonly code: string;
  readonly path: string;
}

const room = '!r:example.org';

/** Rows that Synapse's tables may hold, and that can't be imported. */
export const oddRows: ReadonlyArray<OddRow> = [
  { row: ['account_data', '@bob:example.org', null, 'not.a.number', '{"n":NaN}', 20], code: 'invalid_content', path: '/content' },
  { row: ['account_data', '@bob:example.org', null, 'half.a.pair', '{"a":"\\ud800"}', 21], code: 'invalid_string', path: '/content/a' },
  { row: ['account_data', '@bob:example.org', null, 'a.list', '[]', 22], code: 'invalid_content', path: '/content' },
  { row: ['account_data', '@bob:example.org', null, 'seventy.kB', `{"a":"${'x'.repeat(70_000)}"}`, 23], code: 'content_too_large', path: '/content' },
  { row: ['account_data', '@bob:example.org', null, 'three.MB', `{"a":"${'x'.repeat(3_000_000)}"}`, 24], code: 'content_too_large', path: '/content' },
  { row: ['account_data', '@bob:example.org', null, '', '{}', 25], code: 'invalid_type', path: '/type' },
  { row: ['account_data', '@bob:example.org', null, 'x'.repeat(5_000), '{}', 26], code: 'invalid_line', path: '/source_id' },
  { row: ['account_data', 'bob', null, 'whose', '{}', 27], code: 'invalid_user_id', path: '/user_id' },
  { row: ['room_account_data', '@bob:example.org', room, 'too.big', '{"n":9007199254740993}', 28], code: 'unsafe_number', path: '/content/n' },
  { row: ['room_account_data', '@bob:example.org', room, 'm.tag', '{"tags":{"u.old":{}}}', 29], code: 'protected_type', path: '/type' },
  { row: ['room_account_data', '@bob:example.org', '', 'nowhere', '{}', 30], code: 'invalid_room_id', path: '/room_id' },
  { row: ['room_tags', '@bob:example.org', room, 'u.beyond', '{"order":2}', null], code: 'invalid_tag_order', path: '/content/order' },
  { row: ['room_tags', '@bob:example.org', room, 'u.text', '{"order":"0.5"}', null], code: 'invalid_tag_order', path: '/content/order' },
];

/** SQL that fills the tables. */
export const insertsOf = (rows: ReadonlyArray<OddRow['row']>): ReadonlyArray<string> => rows.map(([table, userId, roomId, type, content, streamId]) => {
  const head = `INSERT INTO ${table}`;
  switch (table) {
    case 'account_data':
      return `${head} (user_id, account_data_type, content, stream_id) VALUES (${quoted(userId)}, ${quoted(type)}, ${quoted(content)}, ${String(streamId)})`;
    case 'room_account_data':
      return `${head} (user_id, room_id, account_data_type, content, stream_id) VALUES (${quoted(userId)}, ${quoted(roomId)}, ${quoted(type)}, ${quoted(content)}, ${String(streamId)})`;
    case 'room_tags':
      return `${head} (user_id, room_id, tag, content) VALUES (${quoted(userId)}, ${quoted(roomId)}, ${quoted(type)}, ${quoted(content)})`;
  }
});
