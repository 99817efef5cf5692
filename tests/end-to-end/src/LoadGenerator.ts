import { matrixClient } from './MatrixClient.js';

/** A change that the server has acknowledged, or that was on its way when the server died. */
export interface SentChange {
  readonly userId: string;
  /** What was put: 1 for the user's first change, 2 for the second, through all rounds. */
  readonly serial: number;
}

/** Users that change their account data without a pause. Each waits for an answer before the next change. */
export interface LoadGenerator {
  /** Changes that were answered with 200, in order for each user. */
  readonly acknowledged: ReadonlyArray<SentChange>;
  /** Sends until the server answers no more, or `stop` is called. */
  readonly run: (url: string) => Promise<void>;
  readonly stop: () => void;
}

export const loadType = 'org.example.serial';

/** @category constructors */
export const loadGenerator = (userIds: ReadonlyArray<string>, token: string): LoadGenerator => {
  const acknowledged: Array<SentChange> = [];
  const serials = new Map<string, number>();
  let stopped = false;

  const changeUntilCut = async (url: string, userId: string): Promise<void> => {
    const client = matrixClient(url, token, userId);
    while (!stopped) {
      // A serial whose answer never came is not used again: whether it is in the log, the log tells.
      const serial = (serials.get(userId) ?? 0) + 1;
      serials.set(userId, serial);
      const answer = await client.put(loadType, { serial }).catch(() => undefined);
      if (answer?.status !== 200) return;
      acknowledged.push({ userId, serial });
    }
  };

  return {
    acknowledged,
    run: async (url) => {
      stopped = false;
      await Promise.all(userIds.map((userId) => changeUntilCut(url, userId)));
    },
    stop: () => {
      stopped = true;
    },
  };
};
