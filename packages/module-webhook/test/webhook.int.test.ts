import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConfiguredModule, configureModule } from '@account-data/modules';
import { type ModuleHarness, createModuleHarness } from '@account-data/modules/testing';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { type Resolve, type WebhookPayload, webhookModule } from '../src/index.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const change = { userId: '@alice:example.org', type: 'org.example.theme', content: { theme: 'dark' } };

interface Post {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface ReceiverDouble {
  readonly port: number;
  readonly posts: ReadonlyArray<Post>;
  readonly connections: () => number;
}

const servers: Array<Server> = [];
const harnesses: Array<ModuleHarness> = [];

afterEach(async () => {
  for (const harness of harnesses.splice(0)) await harness.stop();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const startReceiver = async (answer: (n: number) => number | 'hang-up' | 'silent' | 'endless' = () => 204, keepAliveTimeout = 5_000): Promise<ReceiverDouble> => {
  const posts: Array<Post> = [];
  let connections = 0;
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    const chunks: Array<Buffer> = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const given = answer(posts.length - 1);
      if (given === 'hang-up') request.socket.destroy();
      else if (given === 'endless') response.writeHead(200).write('x');
      else if (given !== 'silent') response.writeHead(given, { location: 'http://127.0.0.1:1/elsewhere' }).end('x'.repeat(10));
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, posts, connections: () => connections };
};

const harnessOf = async (configured: ConfiguredModule): Promise<ModuleHarness> => {
  const harness = await createModuleHarness(configured);
  harnesses.push(harness);
  return harness;
};

const posting = (port: number, timeout = 20_000): Promise<ModuleHarness> =>
  harnessOf(configureModule(webhookModule(), { url: `http://127.0.0.1:${port}/hook?a=1`, secret, allow_private: true }, { policy: { timeout } }));

describe('a webhook', () => {
  it('is posted each change as JSON, signed so that the library of the scheme verifies it', async () => {
    const receiver = await startReceiver();
    const harness = await posting(receiver.port);
    const first = await harness.deliver({ ...change, roomId: '!room:example.org', reason: 'asked to' });
    await harness.deliver({ ...change, content: {} });
    const [post, deletion] = receiver.posts;
    if (post === undefined || deletion === undefined) throw new Error('not posted');
    expect(post.path).toBe('/hook?a=1');
    expect(post.headers['content-type']).toBe('application/json');
    expect(post.headers['webhook-id']).toBe(first.eventId);
    const verified = new Webhook(secret).verify(post.body, post.headers as Record<string, string>) as WebhookPayload;
    expect(verified.type).toBe('account_data.updated');
    expect(verified.data).toEqual({
      event_id: first.eventId,
      user_id: change.userId,
      room_id: '!room:example.org',
      type: change.type,
      content: change.content,
      revision: '0',
      position: '1',
      actor: { kind: 'user', id: change.userId },
      reason: 'asked to',
      correlation_id: first.eventId,
      causation_id: null,
      is_replay: false,
      epoch: 1,
    });
    expect((JSON.parse(deletion.body) as WebhookPayload).data).toMatchObject({ content: {}, room_id: null });
    expect(() => new Webhook(secret).verify(`${post.body} `, post.headers as Record<string, string>)).toThrow();
    expect(receiver.connections()).toBe(1);
  });

  it('is posted the same id again when it failed, and its failures have codes and no content', async () => {
    const receiver = await startReceiver((n) => [500, 404, 302, 'hang-up' as const, 200][n] ?? 204);
    const harness = await posting(receiver.port);
    const first = await harness.deliver(change);
    expect(first).toMatchObject({ outcome: 'failed', error: { code: 'webhook_refused', status: 500 } });
    expect(await harness.redeliver(first.eventId)).toMatchObject({ error: { code: 'webhook_refused', status: 404 } });
    expect(await harness.redeliver(first.eventId)).toMatchObject({ error: { code: 'webhook_refused', status: 302 } });
    expect(await harness.redeliver(first.eventId)).toMatchObject({ outcome: 'handled' });
    expect(new Set(receiver.posts.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([first.eventId]));
    expect(String(first.error)).not.toMatch(/dark|alice|a=1/);
  });

  it('that is not there has failed', async () => {
    const receiver = await startReceiver();
    const { port } = receiver;
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const harness = await posting(port);
    expect(await harness.deliver(change)).toMatchObject({ outcome: 'failed', error: { code: 'webhook_unreachable' } });
  });

  it('whose answers never end is posted to all the same, over other connections', async () => {
    const receiver = await startReceiver(() => 'endless');
    const harness = await posting(receiver.port);
    const deliveries = await Promise.all(Array.from({ length: 70 }, () => harness.deliver(change)));
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 70 }, () => 'handled'));
    expect(receiver.posts).toHaveLength(70);
  });

  it('that does not answer is given up after the timeout', async () => {
    const receiver = await startReceiver(() => 'silent');
    const harness = await posting(receiver.port, 100);
    expect(await harness.deliver(change)).toMatchObject({ outcome: 'failed', error: { code: 'delivery_timeout' } });
    const [server] = servers;
    const open = (): Promise<number> => new Promise((resolve) => server?.getConnections((_error, count) => resolve(count)));
    while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(receiver.posts).toHaveLength(1);
  });
});

describe('private addresses', () => {
  const guarded = (resolve: Resolve, port: number): Promise<ModuleHarness> =>
    // A receiver that answers plain HTTP would do: the connection is refused before the first byte.
    harnessOf(configureModule(webhookModule(resolve), { url: `https://hooks.example.org:${port}/`, secret }));

  it.each([
    ['a private address', [{ address: '127.0.0.1', family: 4 }]],
    ['a private one beside a public one', [{ address: '93.184.216.34', family: 4 }, { address: '10.0.0.1', family: 4 }]],
    ['a mapped one', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['the address of a cloud\'s metadata service', [{ address: '169.254.169.254', family: 4 }]],
  ])('a name that leads to %s is refused, and nothing is connected to', async (_what, addresses) => {
    const receiver = await startReceiver();
    const harness = await guarded(async () => addresses, receiver.port);
    expect(await harness.deliver(change)).toMatchObject({ outcome: 'failed', error: { code: 'webhook_private_address' } });
    expect(receiver.connections()).toBe(0);
  });

  it('a name is looked up once for a connection, which goes to what was checked', async () => {
    const receiver = await startReceiver();
    let asked = 0;
    // The second answer would lead to the receiver: a connection that looked again would get there.
    const harness = await guarded(async () => {
      asked += 1;
      return asked === 1 ? [{ address: '192.0.0.8', family: 4 }] : [{ address: '127.0.0.1', family: 4 }];
    }, receiver.port);
    expect(await harness.deliver(change)).toMatchObject({ outcome: 'failed', error: { code: 'webhook_private_address' } });
    expect(asked).toBe(1);
    expect(receiver.connections()).toBe(0);
  });

  it('a name that has no address is unreachable', async () => {
    const harness = await guarded(async () => [], 443);
    expect(await harness.deliver(change)).toMatchObject({ outcome: 'failed', error: { code: 'webhook_unreachable' } });
  });
});

const python = spawnSync('python3', ['--version']).status === 0;

describe('the Python example of the README', () => {
  it.skipIf(!python)('takes a signed change and refuses a forged one', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const example = /```python\n([\s\S]*?)```/.exec(readme)?.[1];
    if (example === undefined) throw new Error('The README has no example in Python.');
    const script = example
      .replace('("127.0.0.1", 9000), Receiver).serve_forever()', '("127.0.0.1", 0), Receiver)')
      .replace('HTTPServer((', 'server = HTTPServer((');
    const child = spawn('python3', ['-u', '-c', `${script}\nprint(server.server_port)\nserver.serve_forever()`]);
    try {
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString('utf8');
      });
      const waitFor = async (pattern: RegExp): Promise<string> => {
        const end = performance.now() + 20_000;
        for (;;) {
          const match = pattern.exec(out);
          if (match !== null) return match[0];
          if (performance.now() > end) throw new Error(`The example did not print ${String(pattern)}, but: ${out}`);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };
      const port = Number((await waitFor(/^\d+$/m)).trim());
      const harness = await posting(port);
      expect(await harness.deliver(change)).toMatchObject({ outcome: 'handled' });
      await waitFor(/'user_id': '@alice:example.org'.*'content': {'theme': 'dark'}/);
      const forged = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body: '{}',
        headers: { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
      });
      expect(forged.status).toBe(401);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
