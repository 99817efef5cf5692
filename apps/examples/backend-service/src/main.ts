// A service that keeps its users' settings in the account data engine.
//
//   ACCOUNT_DATA_URL=http://127.0.0.1:8090 ACCOUNT_DATA_TOKEN=… PORT=3000 npm start
import { createAccountDataClient } from '@account-data/client';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { settingsService } from './settingsService.js';

const { ACCOUNT_DATA_URL: baseUrl = 'http://127.0.0.1:8090', ACCOUNT_DATA_TOKEN: token = '', PORT = '3000' } = process.env;

const server = createServer(settingsService(createAccountDataClient({ baseUrl, token })));
server.listen(Number(PORT), '127.0.0.1');
await once(server, 'listening');
const address = server.address();
console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : PORT}`);
process.once('SIGTERM', () => server.close());
