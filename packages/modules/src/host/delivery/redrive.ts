import type { LoadedModule } from '../LoadedModule.js';
import type { Change } from './Change.js';
import type { Delivery } from './Delivery.js';
import type { Lanes } from './Lanes.js';
import type { Receiver } from './Receiver.js';

/** Delivers one change to one module, in its user's line, so that it runs beside nothing else of that user. */
export const redrive = (module: LoadedModule, change: Change, lanes: Lanes): Promise<Delivery> =>
  new Promise((resolve) => {
    const receiver: Receiver = {
      module,
      isReplay: false,
      admits: () => 'deliver',
      whenReady: (_change, proceed) => {
        proceed();
      },
      settled: resolve,
    };
    lanes.add(change, [receiver]);
    lanes.start();
  });
