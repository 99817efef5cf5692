import { sha256Hex } from '@account-data/runtime';
import type { SynapseDatabase, SynapseRow } from './SynapseRow.js';

/**
 * A Synapse database as the lines of an export, for `importLog`: what each key holds now, without history, which Synapse
 * does not keep. Contents are passed on as the text they are; a row whose content is no JSON, or too large for a line, comes
 * without it, so that the import tells which row that is. Importing again brings only what changed since: account data
 * has Synapse's stream id of its last change in its id; tags have none, so each is told by its row, with a digest of what
 * the row holds as its version, and all of them, so that an import knows which are gone.
 *
 * `name` tells this database from others; use the server name of the homeserver.
 *
 * @category interpreters
 */
export async function* synapseExport(database: SynapseDatabase, name: string): AsyncGenerator<string, void, void> {
  yield JSON.stringify({ format: 'account-data-export', version: 1, log_id: `synapse:${name}`, history: false, complete_tags: true });
  let records = 0;
  for await (const row of database.rows()) {
    records += 1;
    yield lineOf(row);
  }
  yield JSON.stringify({ end: true, records });
}

const lineOf = (row: SynapseRow): string => {
  const { table, userId, roomId, type, content, streamId } = row;
  const fields = JSON.stringify({
    kind: table === 'room_tags' ? 'tag' : 'account_data',
    user_id: userId,
    room_id: roomId,
    type,
    source_id: JSON.stringify([table, userId, roomId, type, ...(streamId === null ? [] : [streamId])]),
    ...(streamId === null ? { source_version: sha256Hex(content) } : {}),
    actor: { kind: 'user', id: userId },
  });
  const fault = content.length > longestContent ? 'too_large' : isJson(content) ? undefined : 'not_json';
  return `${fields.slice(0, -1)},${fault === undefined ? `"content":${content}` : `"content_fault":"${fault}"`}}`;
};

/** More than any server's limit, and less than a line may have. In characters. @category constants */
export const longestContent = 1_000_000;

/** Text that is no JSON must not become part of the line. */
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
