// prints: ECONNREFUSED
import { checkPostgres } from '@account-data/synapse-follow';

try {
  await checkPostgres({ serverName: 'example.org', connectionString: 'postgresql://nobody@127.0.0.1:1/none', slot: 'none', publication: 'none' });
} catch (error) {
  console.log(error instanceof Error && 'code' in error ? error.code : error);
}
