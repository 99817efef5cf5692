import { Revision, type StreamName } from '@account-data/event-store';
import type { ModuleHost } from '@account-data/modules';
import type { Projection } from '@account-data/projection';
import type { Await, ChangeResult } from '../AccountDataEngine.js';
import type { Awaiter } from '../commands/QueuedChange.js';
import type { Appended } from '../commands/StreamWriter.js';

/**
 * Waits until reads show a change and, where that was asked for, until every module has handled, skipped or parked it.
 * Tags call no module: for them `modules` is no more than `projected`. On the embedded store reads show a change before
 * its append is answered.
 */
export const awaiter = (
  projection: Projection,
  isAccountData: (stream: string) => boolean,
  host: () => ModuleHost,
): Awaiter => {
  const callsModules = (awaited: Await, stream: string): boolean => awaited === 'modules' && isAccountData(stream);

  const wait = async (
    awaited: Await,
    stream: StreamName,
    { first, position }: Appended,
    last: Revision,
    timeout: number,
  ): Promise<ChangeResult['delivery']> => {
    const shown = await projection.waitForRevision(stream, last, timeout);
    if (!shown) return 'pending';
    if (!callsModules(awaited, stream)) return 'done';
    const handled = await host().waitForHandled(stream, last, timeout, position, Revision(first));
    return handled === 'delivered' ? 'done' : handled;
  };

  return (awaited, stream, appended, last, timeout) => {
    const { position } = appended;
    if (position !== undefined && projection.reflects(position) && !callsModules(awaited, stream)) return 'done';
    return wait(awaited, stream, appended, last, timeout);
  };
};
