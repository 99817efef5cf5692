import { framesOf, isDelivery, type ModuleRef } from '@account-data/modules';
import type { StrayKind } from '@account-data/runtime';
import type { Logger } from 'pino';

const messages: Readonly<Record<StrayKind, string>> = {
  rejection: 'A promise that a callback made and did not await was rejected: the delivery counts as if it had not been made',
  exception: 'A timer or event of a module threw: the server goes on, and what the module left undone is not known',
};

/** Who it was, never what it said: the message, or a name that was made up, may hold account data. */
const describe = (thrown: unknown): Readonly<Record<string, string>> => {
  if (!(thrown instanceof Error)) return {};
  const stack = framesOf(thrown);
  return { error: /^\w+$/.test(thrown.name) ? thrown.name : 'Error', ...(stack === undefined ? {} : { stack }) };
};

/**
 * Deals with an error that nobody handles. Where it comes from the code of a module, it harms nobody else: the module is
 * named in the log, and the server goes on. Anything else is a defect of the server, of which it is not known what it leaves
 * undone: it is named, and false is answered, so that the process ends.
 */
export const reportStrayError = (logger: Logger, running: ModuleRef | undefined, thrown: unknown, kind: StrayKind): boolean => {
  const description = describe(thrown);
  if (running === undefined) {
    logger.fatal(description, 'The server met an error that nothing in it expects, and ends: a defect. Please report it with this line');
    return false;
  }
  const { module } = running;
  const delivery = isDelivery(running) ? { eventId: running.eventId, stream: running.stream, revision: String(running.revision) } : {};
  logger.error({ module, ...delivery, ...description }, messages[kind]);
  return true;
};
