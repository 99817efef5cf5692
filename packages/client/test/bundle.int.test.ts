import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealServer, startRealServer, tokens } from './support/realServer.js';

let server: RealServer;

beforeAll(async () => {
  server = await startRealServer();
});

afterAll(async () => {
  await server.close();
});

const bundle = async (code: string, format: 'esm' | 'iife'): Promise<string> => {
  const { outputFiles, warnings } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'browser',
    format,
    globalName: 'bundled',
    target: 'es2022',
    conditions: ['source'],
    minify: true,
    treeShaking: true,
  });
  expect(warnings).toEqual([]);
  return outputFiles.map(({ text }) => text).join('');
};

/** What browsers have of all that the client may use; nothing of Node. */
const browserGlobals = () => ({
  fetch,
  AbortController,
  Blob,
  ReadableStream,
  TextDecoder,
  TextEncoder,
  crypto: { getRandomValues: crypto.getRandomValues.bind(crypto) },
  setTimeout,
  clearTimeout,
});

describe('a bundle for browsers', () => {
  it('has nothing of Node, and works without it', async () => {
    const text = await bundle(`export * from '../src/index.js';`, 'iife');
    expect(text).not.toMatch(/["'`]node:/);
    expect(text).not.toMatch(/\brequire\(/);
    const world = createContext({ ...browserGlobals(), baseUrl: server.url, token: tokens.service });
    const result: unknown = await runInContext(
      `${text}
      (async () => {
        const client = bundled.createAccountDataClient({ baseUrl, token });
        await client.set('@ann:example.org', null, 'theme', { mode: 'dark' });
        await client.update('@ann:example.org', null, 'theme', (current) => ({ ...current, n: 1 }));
        const entry = await client.get('@ann:example.org', null, 'theme');
        let fed = 0;
        for await (const item of client.feed({ after: 'start', userId: '@ann:example.org' })) {
          if (item._tag !== 'Progress' && ++fed === 2) break;
        }
        const refused = await client.logHistory().catch((error) => error instanceof bundled.ClientError && error.code);
        return JSON.stringify([entry.content, fed, refused, typeof process, typeof Buffer]);
      })()`,
      world,
    );
    expect(JSON.parse(String(result))).toEqual([{ mode: 'dark', n: 1 }, 2, 'forbidden', 'undefined', 'undefined']);
  });

  it('leaves out what is not used', async () => {
    const all = await bundle(`export { createAccountDataClient } from '../src/index.js';`, 'esm');
    const errors = await bundle(`export { ClientError } from '../src/index.js';`, 'esm');
    expect(errors.length).toBeLessThan(3_000);
    expect(errors.length).toBeLessThan(all.length / 20);
  });
});
