import { chunksOf } from './chunksOf.js';
import type { OpenAnswer } from './Transport.js';

/**
 * The lines of an answer, without their ends and without empty ones. The last one counts only with its end: one that was
 * cut off is none. Nothing at all may arrive for `silence` milliseconds.
 *
 * @throws ClientError where the connection breaks or is silent for too long
 */
export async function* linesOf(answer: OpenAnswer, silence: number): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunksOf(answer, silence)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}
