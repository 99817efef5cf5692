import { type CausationTooDeep, causationTooDeep } from '@account-data/domain';
import type { AppendError, ReadError } from '@account-data/event-store';

/** No module of that name is configured here. @category errors */
export interface UnknownModule {
  readonly _tag: 'UnknownModule';
  readonly code: 'unknown_module';
  readonly module: string;
  readonly message: string;
}

/** Another instance delivers for this group: ask that one. @category errors */
export interface NotOwner {
  readonly _tag: 'NotOwner';
  readonly code: 'not_module_owner';
  /** Null where no instance owns the group at the moment. */
  readonly owner: string | null;
  readonly message: string;
}

/** No parked delivery of that event. @category errors */
export interface NotParked {
  readonly _tag: 'NotParked';
  readonly code: 'not_parked';
  readonly module: string;
  readonly eventId: string;
  readonly message: string;
}

/** What was asked for can't be done as things are; the message says why. @category errors */
export interface ModuleRefusal {
  readonly _tag: 'ModuleRefusal';
  readonly code: 'module_refusal';
  readonly message: string;
}

/** Why an operation on a host was refused or failed. @category errors */
export type ModuleHostError = UnknownModule | NotOwner | NotParked | ModuleRefusal | ReadError | AppendError;

/** One link of a chain of changes that caused each other. @category model */
export interface CauseLink {
  readonly eventId: string;
  readonly userId: string;
  readonly type: string;
  /** The module whose callback made the change after this one. */
  readonly module: string;
}

/**
 * Callbacks made changes whose callbacks made changes, and so on beyond the limit: most likely without end. Nothing
 * was appended. `chain` begins with the earliest link still known; `error` is the same for the engine's callers.
 *
 * @category errors
 */
export class CausationChainTooDeep extends Error {
  readonly code = 'causation_too_deep';
  readonly error: CausationTooDeep;
  readonly chain: ReadonlyArray<CauseLink>;

  constructor(limit: number, chain: ReadonlyArray<CauseLink>) {
    const error = causationTooDeep(
      chain.map(({ userId, type, module }) => `${type} of ${userId}, heard by ${module}`),
      limit,
    );
    super(error.message);
    this.name = 'CausationChainTooDeep';
    this.error = error;
    this.chain = chain;
  }
}

/** Waiting for modules from inside a callback would wait for itself. @category errors */
export class AwaitInsideCallback extends Error {
  readonly _tag = 'AwaitInsideCallback';
  readonly code = 'await_modules_inside_callback';

  constructor(module: string) {
    super(`A callback of the module ${module} can't wait for modules: it would wait for itself.`);
    this.name = 'AwaitInsideCallback';
  }
}

/** A module's set-up threw: the host does not start. @category errors */
export class ModuleSetUpFailed extends Error {
  readonly _tag = 'ModuleSetUpFailed';
  readonly code = 'module_set_up_failed';
  readonly module: string;

  constructor(module: string, cause: unknown) {
    super(`The module ${module} could not be set up: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ModuleSetUpFailed';
    this.module = module;
  }
}

/** A new module has the name that another one had before it was renamed: the host does not deliver. @category errors */
export class ModuleNameTaken extends Error {
  readonly _tag = 'ModuleNameTaken';
  readonly code = 'module_name_taken';
  readonly module: string;

  constructor(module: string, other: string) {
    super(
      `The module ${other} was called ${module} before, and what it has parked and sent goes by that name. ` +
        `Give the new module another name, or forget ${other} where that one is no longer configured.`,
    );
    this.name = 'ModuleNameTaken';
    this.module = module;
  }
}

/** The callback did not settle within the module's timeout. @category errors */
export class DeliveryTimeout extends Error {
  readonly code = 'delivery_timeout';

  constructor(milliseconds: number) {
    super(`The callback did not settle within ${String(milliseconds)} ms.`);
    this.name = 'DeliveryTimeout';
  }
}

/** The process ended each time the callback was the only one that ran: it is not called again. @category errors */
export class ProcessEnded extends Error {
  readonly code = 'process_ended';

  constructor(deaths: number) {
    super(`The process ended ${String(deaths)} times while this callback, and no other, was running: it is not called again by itself.`);
    this.name = 'ProcessEnded';
  }
}

/** The event store could not do what the host can't go on without. @category errors */
export class StoreProblem extends Error {
  readonly code: string;
  readonly error: ReadError | AppendError;

  constructor(error: ReadError | AppendError) {
    super(`The module host can't go on: ${'message' in error ? error.message : error.code}.`);
    this.name = 'StoreProblem';
    this.code = error.code;
    this.error = error;
  }
}

/** A module could not clean up after an erased user. @category errors */
export class ErasureCallbackFailed extends Error {
  readonly _tag = 'ErasureCallbackFailed';
  readonly code = 'erasure_callback_failed';
  readonly module: string;

  constructor(module: string, cause: unknown) {
    super(`The module ${module} could not clean up after the user.`, { cause });
    this.name = 'ErasureCallbackFailed';
    this.module = module;
  }
}
