import { ProcessEnded } from '../errors.js';
import type { Delivery } from './Delivery.js';
import { deathsToConvict } from '../progress/suspicionOf.js';

/** Fails a delivery in the place of its callback, which ends the process. */
export const convict = (delivery: Delivery): void => {
  delivery.state = 'failed';
  delivery.error = new ProcessEnded(deathsToConvict);
};

/** Whether it is to be parked, whatever the policy of its module. */
export const isConviction = ({ error }: Delivery): boolean => error instanceof ProcessEnded;
