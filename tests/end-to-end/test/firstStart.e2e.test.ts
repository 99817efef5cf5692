import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataFolder, makeDataFolder, matrixClient, outputOf, type ServerProcess, startServer, waitUntil } from '../src/index.js';

/** The tokens that a text shows; the first start shows its one token more than once, ready to be copied. */
const tokensIn = (text: string): ReadonlyArray<string> => [...new Set(text.match(/adt_[A-Za-z0-9_-]{20,}/g))];

describe('the first start', () => {
  let folder: DataFolder;
  let server: ServerProcess | undefined;

  beforeEach(async () => {
    folder = await makeDataFolder();
  });

  afterEach(async () => {
    await server?.killAtOnce();
    await folder.remove();
  });

  it('needs no configuration, and shows an admin token once', async () => {
    const env = { ACCOUNT_DATA_PORT: '0' };
    server = await startServer(folder, { env });
    const { program } = server;
    // It is shown last, when the server answers already: the text that follows it has come, too.
    const [token, ...more] = await waitUntil('the token to be shown', () =>
      program.output().includes('curl -H') ? tokensIn(program.output() + program.errors()) : undefined,
    );
    expect(token).toBeDefined();
    expect(more).toEqual([]);
    const user = matrixClient(server.url, token, '@alice:example.org');
    expect((await user.put('org.example.theme', { theme: 'dark' })).status).toBe(200);
    await server.stop();

    server = await startServer(folder, { env });
    expect(tokensIn(server.program.output() + server.program.errors())).toEqual([]);
    expect(await matrixClient(server.url, token, '@alice:example.org').get('org.example.theme')).toEqual({
      status: 200,
      body: { theme: 'dark' },
    });
    await server.stop();

    for (const name of await readdir(folder.data, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const bytes = await readFile(join(name.parentPath, name.name), 'latin1');
      expect(bytes.includes(token ?? '')).toBe(false);
    }
  });

  it('a token made by the command is known to the running server', async () => {
    server = await startServer(folder, { env: { ACCOUNT_DATA_PORT: '0' } });
    const made = JSON.parse(
      await outputOf(['token', 'create', '--role', 'user', '--user', '@bob:example.org', '--json'], { cwd: folder.path }),
    ) as { readonly token: string; readonly saved_in: string };
    expect(made.saved_in).toBe(folder.data);
    const bob = matrixClient(server.url, made.token, '@bob:example.org');
    await expect.poll(async () => (await bob.put('org.example.a', { a: 1 })).status, { timeout: 20_000 }).toBe(200);
    expect((await matrixClient(server.url, made.token, '@alice:example.org').put('org.example.a', {})).status).toBe(403);
  });
});
