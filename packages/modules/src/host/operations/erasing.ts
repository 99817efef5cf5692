import type { UserId } from '@account-data/domain';
import type { AsyncScope, Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { DeliveryTimeout, ErasureCallbackFailed } from '../errors.js';
import type { HostLifecycle } from '../HostLifecycle.js';
import type { ModuleHost } from '../ModuleHost.js';
import type { ModuleRef } from '../ModuleRef.js';
import type { ParkedStreams } from '../parked/ParkedStreams.js';
import { moduleCall } from '../moduleCall.js';

/** What telling modules of an erasure works on. @category model */
export interface ErasingOptions {
  readonly runtime: Runtime;
  readonly scope: AsyncScope<ModuleRef>;
  readonly lifecycle: HostLifecycle;
  readonly parked: ParkedStreams;
  readonly streamOf: (userId: UserId) => string;
}

/** What modules have to do when a user is erased. */
export const erasing = ({ runtime, scope, lifecycle, parked, streamOf }: ErasingOptions): Pick<ModuleHost, 'eraseUser'> => ({
  eraseUser: async (userId) => {
    const told: Array<string> = [];
    let dropped = 0;
    for (const { name, policy, erasureCallbacks } of lifecycle.modules) {
      try {
        for (const callback of erasureCallbacks) {
          await moduleCall(() => scope.run({ module: name }, () => callback(userId)), policy.timeout, runtime, new DeliveryTimeout(policy.timeout));
        }
        dropped += await dropParkedOf(parked, name, streamOf(userId));
      } catch (error) {
        throw new ErasureCallbackFailed(name, error);
      }
      if (erasureCallbacks.length > 0) told.push(name);
    }
    return { told, parked: dropped };
  },
});

const dropParkedOf = async (parked: ParkedStreams, module: string, stream: string): Promise<number> => {
  const listed = await parked.list(module)();
  if (E.isLeft(listed)) throw new Error(`Its parked deliveries can not be read (${listed.left.code}).`);
  const ofUser = listed.right.filter((record) => record.stream === stream);
  for (const { eventId } of ofUser) {
    const settled = await parked.settle(module, eventId, 'gone')();
    if (E.isLeft(settled)) throw new Error(`A parked delivery can not be given up (${settled.left.code}).`);
  }
  return ofUser.length;
};
