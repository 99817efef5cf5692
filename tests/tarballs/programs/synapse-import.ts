// prints: SQLite3Error
import { openSynapseSqlite } from '@account-data/synapse-import';

try {
  openSynapseSqlite('./no-such-homeserver.db');
} catch (error) {
  console.log(error instanceof Error ? error.name : error);
}
