/**
 * The three tables as Synapse's schema (version 72, full schema) has them.
 *
 * Source: https://github.com/element-hq/synapse/tree/develop/synapse/storage/schema/main/full_schemas/72
 */
export const synapseTables = `
  CREATE TABLE account_data (user_id TEXT NOT NULL, account_data_type TEXT NOT NULL, stream_id BIGINT NOT NULL,
    content TEXT NOT NULL, instance_name TEXT, CONSTRAINT account_data_uniqueness UNIQUE (user_id, account_data_type));
  CREATE TABLE room_account_data (user_id TEXT NOT NULL, room_id TEXT NOT NULL, account_data_type TEXT NOT NULL,
    stream_id BIGINT NOT NULL, content TEXT NOT NULL, instance_name TEXT,
    CONSTRAINT room_account_data_uniqueness UNIQUE (user_id, room_id, account_data_type));
  CREATE TABLE room_tags (user_id TEXT NOT NULL, room_id TEXT NOT NULL, tag TEXT NOT NULL, content TEXT NOT NULL,
    CONSTRAINT room_tag_uniqueness UNIQUE (user_id, room_id, tag));
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Rows for the three tables: 2,500 types of one user, so that pages end in between, and some of another. */
export const synapseRows = [
  ...Array.from({ length: 2_500 }, (_, i) => ['account_data', '@alice:example.org', null, `t${String(i)}`, `{"n":${String(i)}}`, i + 10] as const),
  ['account_data', '@bob:example.org', null, 'it\'s "odd" \u{1F600}', '{"a":"\\u0000"}', 3],
  ['account_data', '@bob:example.org', null, 'gone', '{}', 4],
  ['room_account_data', '@bob:example.org', '!r:example.org', 'm.fully_read', '{"event_id":"$e"}', 5],
  ['room_account_data', '@bob:example.org', '!r:example.org', 'too.big', '{"n":9007199254740993}', 6],
  ['room_tags', '@bob:example.org', '!r:example.org', 'm.favourite', '{"order":0.25}', null],
] as const;

/** SQL that fills the tables. */
export const synapseInserts: ReadonlyArray<string> = synapseRows.map(([table, userId, roomId, type, content, streamId]) => {
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
