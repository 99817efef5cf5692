/**
 * The tables that Synapse keeps account data, tags and erasures in, as its schema (version 72, full schema) has them: unique
 * constraints, no primary key, no replica identity.
 *
 * Source: https://github.com/element-hq/synapse/tree/develop/synapse/storage/schema/main/full_schemas/72
 *
 * @category constants
 */
export const synapseTables = `
  CREATE TABLE account_data (user_id TEXT NOT NULL, account_data_type TEXT NOT NULL, stream_id BIGINT NOT NULL,
    content TEXT NOT NULL, instance_name TEXT, CONSTRAINT account_data_uniqueness UNIQUE (user_id, account_data_type));
  CREATE TABLE room_account_data (user_id TEXT NOT NULL, room_id TEXT NOT NULL, account_data_type TEXT NOT NULL,
    stream_id BIGINT NOT NULL, content TEXT NOT NULL, instance_name TEXT,
    CONSTRAINT room_account_data_uniqueness UNIQUE (user_id, room_id, account_data_type));
  CREATE TABLE room_tags (user_id TEXT NOT NULL, room_id TEXT NOT NULL, tag TEXT NOT NULL, content TEXT NOT NULL,
    CONSTRAINT room_tag_uniqueness UNIQUE (user_id, room_id, tag));
  CREATE TABLE erased_users (user_id TEXT NOT NULL);
  CREATE UNIQUE INDEX erased_users_user ON erased_users (user_id);
`;
