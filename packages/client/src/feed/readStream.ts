import { createParser } from 'eventsource-parser';
import type { EventSourceMessage } from 'eventsource-parser';
import { chunksOf } from '../http/chunksOf.js';
import type { OpenAnswer } from '../http/Transport.js';

/**
 * The server-sent events of an answer, as they arrive. The consumer sets the pace: nothing is read ahead of it but the
 * piece of the stream that held the last event. An event that was cut off is not given.
 *
 * @throws ClientError where the connection breaks, or nothing at all arrives for `silence` milliseconds
 */
export async function* readStream(
  answer: OpenAnswer,
  silence: number,
  onRetry: (milliseconds: number) => void,
): AsyncGenerator<EventSourceMessage, void, void> {
  const arrived: Array<EventSourceMessage> = [];
  const parser = createParser({ onEvent: (event) => void arrived.push(event), onRetry });
  const decoder = new TextDecoder();
  for await (const chunk of chunksOf(answer, silence)) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* arrived.splice(0);
  }
}
