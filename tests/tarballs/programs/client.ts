// prints: network_failure
import { ClientError, createAccountDataClient } from '@account-data/client';

const client = createAccountDataClient({ baseUrl: 'http://127.0.0.1:9', token: 'secret', retries: { attempts: 1 } });
try {
  await client.get('@alice:example.org', null, 'org.example.theme');
} catch (error) {
  if (!(error instanceof ClientError)) throw error;
  console.log(error.code);
}
