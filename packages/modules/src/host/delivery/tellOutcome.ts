import type { LoadedModule } from '../LoadedModule.js';
import type { DeliveryOutcome } from '../ModuleMetrics.js';
import type { Delivery } from './Delivery.js';
import type { FailureDescription } from './describeFailure.js';
import type { TrackServices } from './TrackServices.js';

const messages: Readonly<Record<DeliveryOutcome, string>> = {
  handled: 'A delivery was handled',
  skipped: 'A delivery failed and was skipped',
  retrying: 'A delivery failed and will be tried again',
  parked: 'A delivery failed and was parked',
  abandoned: 'A delivery was given up',
};

/** Counts a delivery that was handled or failed, ends its span, and logs a failure, with nothing of what was delivered. */
export const tellOutcome = (
  { name, world }: LoadedModule,
  { logger, metrics }: Pick<TrackServices, 'logger' | 'metrics'>,
  delivery: Delivery,
  outcome: DeliveryOutcome,
  failure?: FailureDescription,
): void => {
  if (failure === undefined) world.counters.deliveries += 1;
  else world.counters.failures += 1;
  delivery.span?.end(outcome, failure?.error.name);
  metrics?.delivered(name, outcome, delivery.milliseconds);
  if (failure === undefined) return;
  const { change, attempt } = delivery;
  const { error, stack } = failure;
  logger.log(outcome === 'retrying' ? 'warn' : 'error', messages[outcome], {
    module: name,
    eventId: change.eventId,
    stream: change.stream,
    revision: change.revision,
    position: change.position,
    attempt,
    error: error.name,
    errorMessage: error.message,
    ...(error.code === undefined ? {} : { errorCode: error.code }),
    ...(stack === undefined ? {} : { stack }),
  });
};
