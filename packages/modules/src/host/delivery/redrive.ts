import type { LoadedModule } from '../LoadedModule.js';
import type { Change } from './Change.js';
import { Delivery } from './Delivery.js';
import type { TrackServices } from './TrackServices.js';
import type { UserTurns } from './UserTurns.js';

/** Delivers one change to one module again, while no other callback of the module runs for that user, wherever in line. */
export const redrive = (
  module: LoadedModule,
  change: Change,
  turns: UserTurns,
  { semaphore, lease, invoker }: TrackServices,
): Promise<Delivery> =>
  turns.take(change.userId, async () => {
    await invoker.quiet(module.name, change.userId);
    await semaphore.taken();
    await lease.suspects.turn(module.name, change);
    try {
      while (!lease.mayDeliver()) await new Promise<void>(lease.whenOpen);
      const delivery = new Delivery(module.world, change, 1, lease.epoch, false);
      await invoker.call(module, delivery);
      return delivery;
    } finally {
      lease.suspects.leave();
      semaphore.release();
    }
  });
