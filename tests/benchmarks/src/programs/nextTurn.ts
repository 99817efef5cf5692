import { systemRuntime } from '@account-data/runtime';

/** Resolved in the next turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => systemRuntime.timers.defer(resolve));
