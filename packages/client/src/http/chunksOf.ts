import { bodyReader } from './bodyReader.js';
import type { OpenAnswer } from './Transport.js';

/**
 * The bytes of an answer as they arrive. `limit` bounds how long nothing at all may arrive, in milliseconds; while the
 * consumer is at work, nobody waits for the server.
 *
 * @throws ClientError where the connection breaks or is silent for too long, or the caller's signal is aborted
 */
export async function* chunksOf({ response, signal, limit, errorOf }: OpenAnswer, silence: number): AsyncGenerator<Uint8Array, void, void> {
  const read = bodyReader(response, signal);
  for (;;) {
    limit(silence);
    let chunk: Uint8Array | undefined;
    try {
      chunk = await read();
    } catch (error) {
      throw errorOf(error);
    }
    limit(Infinity);
    if (chunk === undefined) return;
    yield chunk;
  }
}
