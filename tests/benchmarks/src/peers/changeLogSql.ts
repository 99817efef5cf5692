/**
 * A table of the current content, and the log of its changes, as somebody writes them by hand who wants what the engine keeps:
 * who, when, why, the ids, and what was there before. The table holds who made its last change, so that a trigger
 * can tell the log. Both databases take it; `numbers` and `trigger` are where they differ.
 */
export const changeLogTables = (dialect: { readonly position: string; readonly json: string }): string => `
  CREATE TABLE account_data (
    user_id TEXT NOT NULL, room_id TEXT NOT NULL, type TEXT NOT NULL, content ${dialect.json} NOT NULL,
    event_id TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT, correlation_id TEXT NOT NULL, origin TEXT NOT NULL, changed_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, room_id, type));
  CREATE TABLE heads (user_id TEXT PRIMARY KEY, revision BIGINT NOT NULL);
  CREATE TABLE changes (
    position ${dialect.position}, user_id TEXT NOT NULL, revision BIGINT NOT NULL, room_id TEXT NOT NULL, type TEXT NOT NULL,
    content ${dialect.json} NOT NULL, previous ${dialect.json}, event_id TEXT NOT NULL UNIQUE, actor TEXT NOT NULL, reason TEXT,
    correlation_id TEXT NOT NULL, origin TEXT NOT NULL, changed_at BIGINT NOT NULL,
    UNIQUE (user_id, revision));
  CREATE INDEX changes_of_key ON changes (user_id, room_id, type, position);`;

const columns = 'user_id, room_id, type, content, event_id, actor, reason, correlation_id, origin, changed_at';

/** Sets a key; `parameters` are those of {@link columns}. */
export const setKey = (parameters: string): string => `
  INSERT INTO account_data (${columns}) VALUES (${parameters})
  ON CONFLICT (user_id, room_id, type) DO UPDATE SET content = excluded.content, event_id = excluded.event_id, actor = excluded.actor,
    reason = excluded.reason, correlation_id = excluded.correlation_id, origin = excluded.origin, changed_at = excluded.changed_at`;

const noteChange = (previous: string): string => `
    INSERT INTO heads VALUES (NEW.user_id, 0) ON CONFLICT (user_id) DO UPDATE SET revision = heads.revision + 1;
    INSERT INTO changes (user_id, revision, room_id, type, content, previous, event_id, actor, reason, correlation_id, origin, changed_at)
    VALUES (NEW.user_id, (SELECT revision FROM heads WHERE user_id = NEW.user_id), NEW.room_id, NEW.type, NEW.content, ${previous},
      NEW.event_id, NEW.actor, NEW.reason, NEW.correlation_id, NEW.origin, NEW.changed_at);`;

/** In SQLite: a trigger has one kind of event. */
export const sqliteTriggers = `
  CREATE TRIGGER inserted AFTER INSERT ON account_data BEGIN ${noteChange('NULL')} END;
  CREATE TRIGGER updated AFTER UPDATE ON account_data BEGIN ${noteChange('OLD.content')} END;`;

/** In PostgreSQL. */
export const postgresTrigger = `
  CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    ${noteChange('CASE WHEN TG_OP = \'UPDATE\' THEN OLD.content END')}
    RETURN NEW; END $$;
  CREATE TRIGGER changed AFTER INSERT OR UPDATE ON account_data FOR EACH ROW EXECUTE FUNCTION note_change();`;

/** Of a key, the newest first: user, type, limit. */
export const historyOfKey = (p: (n: number) => string): string =>
  `SELECT * FROM changes WHERE user_id = ${p(1)} AND room_id = '' AND type = ${p(2)} ORDER BY position DESC LIMIT ${p(3)}`;

/** All that a user had at a revision: user, revision. */
export const stateAsOf = (p: (n: number) => string): string => `
  SELECT room_id, type, content FROM changes c WHERE user_id = ${p(1)} AND revision = (
    SELECT MAX(revision) FROM changes d WHERE d.user_id = c.user_id AND d.room_id = c.room_id AND d.type = c.type AND d.revision <= ${p(2)})`;

/** The current content anew, from the log. */
export const rebuiltState = `
  CREATE TABLE rebuilt AS SELECT c.user_id, c.room_id, c.type, c.content FROM changes c JOIN (
    SELECT MAX(position) AS position FROM changes GROUP BY user_id, room_id, type) l ON l.position = c.position;
  CREATE UNIQUE INDEX rebuilt_key ON rebuilt (user_id, room_id, type);`;
