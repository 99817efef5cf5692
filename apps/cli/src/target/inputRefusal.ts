import { printable } from '../output/printable.js';
import { type Refusal, refusal } from '../Refusal.js';

/**
 * A refusal of something in what was given. The path, a JSON pointer, is said where it leads into the content: whatever
 * else a command is given, the message names itself.
 *
 * @category constructors
 */
export const inputRefusal = (code: string, message: string, path: string | undefined, advice?: string): Refusal =>
  refusal(
    printable(code),
    path?.startsWith('/content/') === true ? `At ${printable(path)}: ${printable(message)}` : printable(message),
    advice,
  );
