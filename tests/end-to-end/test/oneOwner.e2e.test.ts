import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  type DataFolder,
  exampleConfig,
  jsonLinesOf,
  makeDataFolder,
  matrixClient,
  outputOf,
  runCommandLine,
  type ServerProcess,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

describe('a data folder has one owner', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await folder.configure(exampleConfig);
    server = await startServer(folder);
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  it('a second server is refused with a clear error, and does the first no harm', async () => {
    const second = await runCommandLine(['serve'], { cwd: folder.path });
    expect(second.code).toBe(1);
    expect(second.errors).toContain(folder.data);
    expect(second.errors).toMatch(/in use|another process|owner|running/i);
    expect((await matrixClient(server.url, tokens.alice, alice).put('org.example.a', { a: 1 })).status).toBe(200);
  });

  it('the command changes through the server, which shows the change and announces it', async () => {
    await outputOf(['put', alice, 'org.example.b', '{"b":1}', '--reason', 'ticket 12'], { cwd: folder.path });
    const user = matrixClient(server.url, tokens.alice, alice);
    await waitUntil('the server to show it', async () =>
      (await user.get('org.example.b')).status === 200 ? true : undefined,
    );
    const [change] = await jsonLinesOf(['history', alice, '--type', 'org.example.b'], { cwd: folder.path });
    expect(change).toMatchObject({ content: { b: 1 }, reason: 'ticket 12', actor: { kind: 'admin' } });
    await waitUntil('the announcement', async () => {
      const events = await jsonLinesOf(['room', 'tail', '!audit:example.org', '--no-follow'], { cwd: folder.path });
      return events.some(({ content }) => JSON.stringify(content).includes('org.example.b')) ? true : undefined;
    });
  });

  it('the command reads what the server has just acknowledged', async () => {
    const user = matrixClient(server.url, tokens.alice, alice);
    for (let count = 1; count <= 5; count += 1) {
      await user.put('org.example.count', { count });
      const [entry] = await jsonLinesOf(['get', alice, 'org.example.count'], { cwd: folder.path });
      expect(entry).toMatchObject({ content: { count } });
    }
  });

  it('commands at once through the server all come in, each once', async () => {
    const marks = Array.from({ length: 6 }, (_, index) => index);
    await Promise.all(
      marks.map((mark) => outputOf(['put', alice, 'org.example.mark', JSON.stringify({ mark })], { cwd: folder.path })),
    );
    const history = await jsonLinesOf(['history', alice, '--type', 'org.example.mark'], { cwd: folder.path });
    const seen = history.map(({ content }) => (content as { readonly mark: number }).mark);
    expect([...seen].sort()).toEqual(marks);
  });

  it('after the server has ended the command works on the folder by itself, and the next server hears of it', async () => {
    await server.stop();
    await outputOf(['put', alice, 'org.example.offline', '{"by":"hand"}'], { cwd: folder.path });
    const [entry] = await jsonLinesOf(['get', alice, 'org.example.offline'], { cwd: folder.path });
    expect(entry).toMatchObject({ content: { by: 'hand' } });
    server = await startServer(folder);
    await waitUntil('the announcement', async () => {
      const events = await jsonLinesOf(['room', 'tail', '!audit:example.org', '--no-follow'], { cwd: folder.path });
      return events.some(({ content }) => JSON.stringify(content).includes('org.example.offline')) ? true : undefined;
    });
  });
});
