import type { Logger } from 'pino';
import { startErrorOf } from './ServerStartError.js';

/** What undoes a step of a start. @category model */
export type Undo = () => Promise<void>;

/**
 * Starts something in steps, each of which tells what undoes it. When it is closed, or a later step fails, they are undone, the last
 * one first.
 *
 * @throws ServerStartError with a message for whoever starts it
 */
export const startInSteps = async <A extends object>(
  logger: Logger,
  start: (undoneBy: (step: Undo) => void) => Promise<A>,
): Promise<A & { readonly close: Undo }> => {
  const steps: Array<Undo> = [];
  const close = async (): Promise<void> => {
    for (const step of steps.splice(0).reverse()) await step();
  };
  try {
    const started = await start((step) => {
      steps.push(step);
    });
    return { ...started, close };
  } catch (error) {
    await close().catch((problem: unknown) => {
      logger.error({ err: problem }, 'Closing after a failed start failed, too');
    });
    throw startErrorOf(error);
  }
};
