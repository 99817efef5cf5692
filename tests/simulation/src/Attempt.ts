import type { Revision } from '@account-data/event-store';
/** One change of account data that a command asks for. Content `{}` deletes. */
export interface DataItem {
  readonly roomId: string | null;
  readonly type: string;
  readonly content: { readonly [name: string]: number };
}

/** What a simulated client asks for. `attempt` numbers it: the log knows it by that, as its reason. */
export type Wish =
  | {
      readonly _tag: 'Data';
      readonly attempt: number;
      readonly userId: string;
      /** More than one: a batch. */
      readonly items: ReadonlyArray<DataItem>;
      readonly requestKey?: string;
      readonly await: 'appended' | 'projected' | 'modules';
    }
  | {
      readonly _tag: 'Tag';
      readonly attempt: number;
      readonly userId: string;
      readonly roomId: string;
      readonly tag: string;
      /** Null removes it. */
      readonly order: number | null;
      readonly requestKey?: string;
      readonly await: 'appended' | 'projected';
    };

/** What became of a wish, as its client knows it. */
export type Outcome =
  | {
      readonly _tag: 'Accepted';
      readonly revisions: ReadonlyArray<Revision>;
      readonly repeated: boolean;
      readonly delivery: 'done' | 'skipped' | 'parked' | 'pending';
    }
  /** The client was told that it did not happen. */
  | { readonly _tag: 'Refused'; readonly code: string }
  /** The answer was that nobody knows, or never came: the process died. */
  | { readonly _tag: 'Unknown' };

/** A wish with its times: the order of what clients saw. */
export interface Attempt {
  readonly wish: Wish;
  /** Counts submissions and answers in one row. */
  readonly submitted: number;
  readonly answered?: number;
  readonly outcome: Outcome;
}

/** How the log names an attempt. */
export const reasonOf = (attempt: number): string => `attempt ${attempt}`;

/** The number of the attempt that an event's reason names. */
export const attemptIn = (reason: string | undefined): number | undefined => {
  const [, digits] = /^attempt (\d+)$/.exec(reason ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
};
