/** Time, timers and randomness, as far as a client needs them. The engine's `Runtime` is one, too. @category model */
export interface ClientRuntime {
  readonly clock: {
    /** Milliseconds since the Unix epoch. */
    readonly now: () => number;
  };
  readonly timers: {
    /** Calls back once after so many milliseconds; the returned function cancels it. */
    readonly setTimeout: (callback: () => void, milliseconds: number) => () => void;
  };
  readonly random: {
    readonly uuid: () => string;
    /** From 0 (inclusive) to 1 (exclusive); not for secrets. */
    readonly number: () => number;
  };
}

/** How requests are sent: the platform's `fetch`, or one's own. @category model */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
