import { type Runtime, systemRuntime } from '@account-data/runtime';
import { afterEach, beforeEach } from 'vitest';
import { type HomeserverDouble, startHomeserver } from './homeserverDouble.js';

/** A new double for each test of the file: what is answered stands for that of the test that runs. */
export const homeserverForEachTest = (): HomeserverDouble => {
  let started: HomeserverDouble | undefined;
  const current = (): HomeserverDouble => {
    if (started === undefined) throw new Error('No test runs.');
    return started;
  };
  beforeEach(async () => {
    started = await startHomeserver();
  });
  afterEach(async () => {
    await started?.close();
  });
  return {
    get url() {
      return current().url;
    },
    get events() {
      return current().events;
    },
    get requests() {
      return current().requests;
    },
    leave: (room, user) => {
      current().leave(room, user);
    },
    forgetTransactions: () => {
      current().forgetTransactions();
    },
    onRequest: (listener) => {
      current().onRequest(listener);
    },
    misbehave: (...misbehaviours) => {
      current().misbehave(...misbehaviours);
    },
    close: () => current().close(),
  };
};

/** Waits a hundredth of what it is told to: so that backoff costs no time in tests. */
export const hurriedRuntime: Runtime = {
  ...systemRuntime,
  timers: {
    ...systemRuntime.timers,
    setTimeout: (callback, milliseconds) => systemRuntime.timers.setTimeout(callback, milliseconds / 100),
  },
};

/** How a sink speaks to the double as the one user who has a token, in a hurry. */
export const withAccessToken = ({ url }: HomeserverDouble) => ({
  baseUrl: url,
  identity: { _tag: 'AccessToken', token: 'user-token' } as const,
  fetch,
  runtime: hurriedRuntime,
  requestTimeout: 2_000_000,
});
