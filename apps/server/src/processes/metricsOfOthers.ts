import type { MetricsPart } from '../observability/MetricsPart.js';
import { answerAtSocket, askAtSocket } from './innerSocket.js';
import { type ProcessPlace, socketOf } from './ProcessPlace.js';

/** How long the metrics of the others are waited for, in milliseconds. One that does not answer is left out. */
const patience = 1_000;

/** Asks the processes beside the owner, all at once, what they counted. */
export const metricsOfOthers = (place: ProcessPlace) => async (): Promise<ReadonlyArray<MetricsPart>> => {
  const others = Array.from({ length: place.count - 1 }, (_, index) => askAtSocket(socketOf(place, index + 1), patience));
  // Both ends are this program.
  return (await Promise.allSettled(others)).flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value as MetricsPart] : []));
};

/** Answers that question. Gives what ends it. */
export const answerMetrics = (place: ProcessPlace, metrics: () => Promise<MetricsPart>): Promise<() => Promise<void>> =>
  answerAtSocket(socketOf(place, place.index), metrics);
