import type { Position } from '@account-data/event-store';
import type { ModuleApi } from './ModuleApi.js';
import type { ModuleCheckApi } from './ModuleDefinition.js';

/** How long to wait before the next try: `initial * factor^n` up to `maximum`, less up to half of it at random. @category model */
export interface Backoff {
  /** Milliseconds. */
  readonly initial: number;
  readonly maximum: number;
  readonly factor: number;
}

/**
 * What happens to a delivery that failed.
 *
 * - `skip` (Synapse's way): it is logged and counted, and the next goes on.
 * - `retry`: it is tried again until it succeeds. Later changes of the same user wait, for this module only.
 * - `park`: as `retry`, but after `attempts` tries it is put aside in the module's parked stream.
 *
 * @category model
 */
export type FailurePolicy =
  | { readonly onFailure: 'skip' }
  | { readonly onFailure: 'retry'; readonly backoff: Backoff }
  | { readonly onFailure: 'park'; readonly attempts: number; readonly backoff: Backoff };

/** Where a module begins that has no checkpoint yet. Times are milliseconds since the Unix epoch. @category model */
export type StartFrom =
  | { readonly _tag: 'Now' }
  | { readonly _tag: 'Start' }
  /** Exclusive: the first change after that position. */
  | { readonly _tag: 'Position'; readonly position: Position }
  /** The first change recorded at that time or later. */
  | { readonly _tag: 'Time'; readonly time: number };

/** How a module is delivered to. @category model */
export interface ModulePolicy {
  readonly failure: FailurePolicy;
  /** How long a callback may take, in milliseconds. */
  readonly timeout: number;
  /** After so many failed deliveries in a row the module is paused until it is resumed. Null: never. */
  readonly pauseAfter: number | null;
  readonly from: StartFrom;
}

/** A module with its configuration parsed, ready to be set up. @category model */
export interface ConfiguredModule {
  /** Unique in the group; names its checkpoint and its parked stream. */
  readonly name: string;
  /** The name it had before: it takes over that checkpoint, and what is parked under it, where it has none of its own. */
  readonly renamedFrom?: string;
  readonly setUp: (api: ModuleApi) => void | Promise<void>;
  /** Looks at its configuration, as `check` of the definition. */
  readonly check?: (api: ModuleCheckApi) => Promise<void>;
  readonly policy: ModulePolicy;
}

/** A second, doubled with each try up to a minute. @category model */
export const defaultBackoff: Backoff = { initial: 1_000, maximum: 60_000, factor: 2 };

/** Synapse's behaviour, with a timeout: failures are logged and skipped, delivery begins now. @category model */
export const defaultPolicy: ModulePolicy = {
  failure: { onFailure: 'skip' },
  timeout: 30_000,
  pauseAfter: null,
  from: { _tag: 'Now' },
};
