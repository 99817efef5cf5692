import type { OpenAnswer } from './Transport.js';

/**
 * The bytes of an answer as they arrive. `limit` bounds how long nothing at all may arrive, in milliseconds; while the
 * consumer is at work, nobody waits for the server.
 *
 * @throws ClientError where the connection breaks or is silent for too long, or the caller's signal is aborted
 */
export async function* chunksOf({ response, limit, errorOf }: OpenAnswer, silence: number): AsyncGenerator<Uint8Array, void, void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  for (;;) {
    limit(silence);
    let chunk: { readonly done: boolean; readonly value?: Uint8Array | undefined };
    try {
      chunk = (await reader.read()) as typeof chunk;
    } catch (error) {
      throw errorOf(error);
    }
    limit(Infinity);
    if (chunk.done || chunk.value === undefined) return;
    yield chunk.value;
  }
}
