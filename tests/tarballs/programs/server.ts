// prints: 200
import { loadConfig, makeLogger, startServer } from '@account-data/server';
import { mkdir, writeFile } from 'node:fs/promises';

await mkdir('./server');
await writeFile('./server/account-data.yaml', 'auth: { tokens: [ { token: secret, role: admin } ] }');
const config = await loadConfig({ env: { ACCOUNT_DATA_PORT: '0' }, cwd: `${process.cwd()}/server` })();
if (config._tag === 'Left') throw new Error(JSON.stringify(config.left));
const server = await startServer(config.right, { env: {}, logger: makeLogger('error', process.stdout), print: () => undefined });
console.log((await fetch(`${server.url}/readyz`)).status);
await server.close();
