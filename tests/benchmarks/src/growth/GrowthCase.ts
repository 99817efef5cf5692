/** A log, and the user in it of whom history, earlier states and all keys are asked. @category model */
export interface GrowthCase {
  readonly name: string;
  readonly events: number;
  readonly users: number;
  /** How many types the changes of one user go round. */
  readonly types: number;
  /** Changes of one user more, the one who is asked for; 0: the first of `users` is. */
  readonly subject: number;
}

const largeUser = { changes: 100_000, keys: 10_000 };

/** Logs of so many events, each with a user of 1,000 changes in it; and two of one large user, not larger than the largest of them. */
export const growthCases = (sizes: ReadonlyArray<number>): ReadonlyArray<GrowthCase> => {
  const largest = Math.max(...sizes);
  const changes = Math.min(largeUser.changes, largest);
  const keys = Math.min(largeUser.keys, largest);
  return [
    ...sizes.map((events) => ({ name: `${events.toLocaleString('en-US')} events`, events, users: events / 10, types: 10, subject: 1_000 })),
    { name: `one user, ${changes.toLocaleString('en-US')} changes`, events: changes, users: 1, types: 10, subject: 0 },
    { name: `one user, ${keys.toLocaleString('en-US')} keys`, events: keys, users: 1, types: keys, subject: 0 },
  ];
};

/** What is measured of each, in its unit. */
export const growthRows = {
  append: { about: 'changes, 64 in flight', unit: 'changes/s' },
  get: { about: 'current content', unit: 'reads/s' },
  history: { about: 'page of 100 of a user’s history', unit: 'ms' },
  asOf: { about: 'a user’s state as of', unit: 'ms' },
  across: { about: 'page of 100 across users', unit: 'ms' },
  sync: { about: 'all keys of a user', unit: 'ms' },
  start: { about: 'start of the engine', unit: 'ms' },
  memory: { about: 'memory that is not of files', unit: 'MB' },
  disk: { about: 'disk, each event', unit: 'bytes' },
} as const;

/** @category model */
export type GrowthRow = keyof typeof growthRows;

/** @category model */
export interface GrowthResult {
  readonly name: string;
  /** One of the logs that differ in nothing but their size. */
  readonly isSize: boolean;
  readonly values: { readonly [R in GrowthRow]?: number };
}
