import { expect, it } from 'vitest';
import { startTestServer, tokens } from '../support/testServer.js';

const whoami = `/_matrix/client/v3/account/whoami?access_token=${encodeURIComponent(tokens.alice)}`;

it('a token in the query is not looked at, unless the configuration says so', async () => {
  const server = await startTestServer();
  expect(await server.ask(null, { path: whoami })).toMatchObject({ status: 401, json: { errcode: 'M_MISSING_TOKEN' } });
  await server.close();
});

it('a token in the query is that of a Matrix request, after the one in its header, and never logged', async () => {
  const server = await startTestServer({ auth: { tokenInQuery: true } });
  expect(await server.ask(null, { path: whoami })).toMatchObject({ status: 200 });
  expect(await server.ask('wrong', { path: whoami })).toMatchObject({ status: 401, json: { errcode: 'M_UNKNOWN_TOKEN' } });
  expect(await server.ask(null, { path: '/_matrix/client/v3/account/whoami?access_token=' })).toMatchObject({ status: 401 });
  expect(await server.ask(null, { path: `/v1/modules?access_token=${encodeURIComponent(tokens.admin)}` })).toMatchObject({ status: 401 });
  expect(server.logged()).toContain('answered');
  expect(server.logged()).not.toContain(tokens.alice);
  await server.close();
});
