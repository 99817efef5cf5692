import { expect } from 'vitest';

/** What the feed of a server sends until a text has come. */
export const feedUntil = async (url: string, query: string, text: string, headers: Readonly<Record<string, string>>): Promise<string> => {
  const ended = new AbortController();
  const answer = await fetch(`${url}/v1/feed?${query}`, { headers, signal: ended.signal });
  expect(answer.status).toBe(200);
  const decoder = new TextDecoder();
  let read = '';
  for await (const chunk of answer.body ?? []) {
    read += decoder.decode(chunk as Uint8Array, { stream: true });
    if (read.includes(text)) break;
  }
  ended.abort();
  return read;
};
