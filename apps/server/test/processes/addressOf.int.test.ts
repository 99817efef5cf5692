import { fastify } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { addressOf } from '../../src/processes/handOver.js';
import { answerAppAtSocket } from '../../src/processes/innerSocket.js';

const headers = { 'account-data-peer': '203.0.113.7' };

const askedAt = (place: { readonly socketPath: string } | { readonly host: string; readonly port: number }): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ ...place, path: '/', headers }, (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => { text += part.toString(); }).on('end', () => { resolve(text); });
    }).on('error', reject).end();
  });

it('a process of the server says for whom it asks; a client is not believed, nor one that has gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'account-data-address-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const app = fastify();
  app.get('/', (asked) => addressOf(asked));
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
  onTestFinished(() => app.close());
  const socketPath = join(folder, '0.sock');
  onTestFinished(await answerAppAtSocket(app, socketPath));

  expect(await askedAt({ socketPath })).toBe('203.0.113.7');
  expect(await askedAt({ host: '127.0.0.1', port })).toBe('127.0.0.1');
  expect(addressOf({ raw: { socket: new Socket(), headers } })).toBe('');
});
