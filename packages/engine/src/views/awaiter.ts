import type { ModuleHost } from '@account-data/modules';
import type { Projection } from '@account-data/projection';
import type { Awaiter } from '../commands/ChangeQueue.js';

/**
 * Waits until reads show a change and, where that was asked for, until every module has handled, skipped or parked it.
 * Tags call no module: for them `modules` is no more than `projected`.
 */
export const awaiter =
  (projection: Projection, isAccountData: (stream: string) => boolean, host: () => ModuleHost): Awaiter =>
  async (awaited, stream, { position }, last, timeout) => {
    const shown = await projection.waitForRevision(stream, last, timeout);
    if (!shown) return 'pending';
    if (awaited === 'projected' || !isAccountData(stream)) return 'done';
    const handled = await host().waitForHandled(stream, last, timeout, position);
    return handled === 'delivered' ? 'done' : 'pending';
  };
