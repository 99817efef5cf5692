import type { GivenCondition } from '@account-data/service-api';
import type { ChangeResult, Revision } from '@account-data/domain';
import { maxCommands, performCommands, restore } from '@account-data/service-api';
import type { BatchChange, Command, CommandResult } from '@account-data/service-api';
import { ClientError, problemError, unexpectedAnswer } from './ClientError.js';
import type { Transport } from './http/Transport.js';
import type { Content } from './model.js';
import type { Await, CallOptions, ChangeOptions, ConditionalChangeOptions } from './options.js';
import { defined } from './reads.js';

/** One change of a batch. Content `{}` deletes. @category model */
export type BatchItem =
  | { readonly set: Content; readonly roomId?: string | null; readonly type: string; readonly ifRevision?: GivenCondition }
  | { readonly delete: true; readonly roomId?: string | null; readonly type: string; readonly ifRevision?: GivenCondition };

/** What became of one of several commands. @category model */
export type CommandOutcome =
  | { readonly _tag: 'Done'; readonly change: ChangeResult }
  | { readonly _tag: 'Refused'; readonly error: ClientError };

/** Changes. All reject with a {@link ClientError}. @category model */
export interface CommandCalls {
  /** Sets the account data of a type, in a room or (null) of the user. `{}` deletes it. */
  readonly set: (
    userId: string,
    roomId: string | null,
    type: string,
    content: Content,
    options?: ConditionalChangeOptions,
  ) => Promise<ChangeResult>;
  /** What is absent is deleted, too. */
  readonly delete: (userId: string, roomId: string | null, type: string, options?: ConditionalChangeOptions) => Promise<ChangeResult>;
  /** Several keys of one user in one append: all, or none. */
  readonly batch: (userId: string, items: ReadonlyArray<BatchItem>, options?: ChangeOptions) => Promise<ChangeResult>;
  readonly setTag: (userId: string, roomId: string, tag: string, content: Content, options?: ChangeOptions) => Promise<ChangeResult>;
  readonly removeTag: (userId: string, roomId: string, tag: string, options?: ChangeOptions) => Promise<ChangeResult>;
  /** Sets a key to what the change with that revision made of it, as a new change. */
  readonly restore: (userId: string, revision: Revision, options?: ConditionalChangeOptions) => Promise<ChangeResult>;
  /**
   * Commands of any users in one request, at most 100; each is atomic by itself, and those of one user happen in the order
   * given. Commands without a `requestKey` get one. Outcomes are in the order of the commands.
   */
  readonly perform: (commands: ReadonlyArray<Command>, options?: CallOptions) => Promise<ReadonlyArray<CommandOutcome>>;
}

/** Makes these calls. @category constructors */
export const commandCalls = (transport: Transport): CommandCalls => {
  const send = async (commands: ReadonlyArray<Command>, options: CallOptions, timeout: number): Promise<ReadonlyArray<CommandOutcome>> => {
    const { results } = await transport.call(performCommands, {
      params: {},
      query: {},
      body: { commands },
      signal: options.signal,
      timeout,
      repeatable: false,
    });
    if (results.length !== commands.length) throw unexpectedAnswer('The answer has another number of results than there were commands.', 200);
    return results.map((result) => outcomeOf(transport, result));
  };

  const one = (command: Command, options: ChangeOptions): Promise<ChangeResult> => {
    const keyed: Command = { ...command, ...given(transport, options) };
    return transport.repeat(async () => {
      const [outcome] = await send([keyed], options, patience(transport, options));
      if (outcome?._tag === 'Done') return outcome.change;
      throw outcome?.error ?? unexpectedAnswer('The answer has no result.', 200);
    }, options.signal);
  };

  return {
    set: (userId, roomId, type, content, options = {}) =>
      one({ command: 'set', userId, roomId, type, content, ...condition(options) }, options),
    delete: (userId, roomId, type, options = {}) =>
      one({ command: 'delete', userId, roomId, type, ...condition(options) }, options),
    batch: (userId, items, options = {}) => one({ command: 'batch', userId, changes: items.map(itemOf) }, options),
    setTag: (userId, roomId, tag, content, options = {}) =>
      one({ command: 'set_tag', userId, roomId, tag, content }, options),
    removeTag: (userId, roomId, tag, options = {}) => one({ command: 'remove_tag', userId, roomId, tag }, options),
    restore: async (userId, revision, options = {}) => {
      const change = await transport.call(restore, {
        params: { userId },
        query: {},
        body: { revision, ...condition(options), ...given(transport, options) },
        signal: options.signal,
        timeout: patience(transport, options),
        repeatable: true,
      });
      return noted(transport, change);
    },
    perform: (commands, options = {}) => {
      if (commands.length > maxCommands) {
        const message = `At most ${String(maxCommands)} commands fit in a request: send them in several.`;
        return Promise.reject(new ClientError({ _tag: 'Problem', code: 'invalid_request', message, status: 400, detail: message }));
      }
      const keyed = commands.map((command) => ({ ...command, requestKey: command.requestKey ?? transport.runtime.random.uuid() }));
      const longest = keyed.reduce((most, command) => Math.max(most, patience(transport, command)), 0);
      return transport.repeat(() => send(keyed, options, longest), options.signal);
    },
  };
};

/** What {@link given} says. */
export interface Given {
  readonly reason?: string;
  readonly requestKey: string;
  readonly await?: Await;
  readonly timeout?: number;
}

/** The options of a change as its request says them; always with a request key, which makes repeating it safe. */
export const given = ({ runtime }: Transport, { reason, requestKey, await: awaited, timeout }: ChangeOptions): Given => ({
  requestKey: requestKey ?? runtime.random.uuid(),
  ...defined({ reason, await: awaited, timeout }),
});

const condition = ({ ifRevision }: ConditionalChangeOptions): { readonly ifRevision?: GivenCondition } =>
  ifRevision === undefined ? {} : { ifRevision };

const itemOf = (item: BatchItem): BatchChange => {
  const key = { type: item.type, roomId: item.roomId ?? null, ...condition(item.ifRevision === undefined ? {} : { ifRevision: item.ifRevision }) };
  return 'set' in item ? { change: 'set', content: item.set, ...key } : { change: 'delete', ...key };
};

/** Longer than the server may wait for what is awaited (10 seconds unless told otherwise). */
export const patience = (transport: Transport, { timeout }: { readonly timeout?: number }): number => transport.timeout + (timeout ?? 10_000);

/** The change, whose position the client's next reads reflect. */
export const noted = ({ positions }: Transport, change: ChangeResult): ChangeResult => {
  if (change.position !== null) positions.noteChange(change.position);
  return change;
};

const outcomeOf = (transport: Transport, { change, problem, status }: CommandResult): CommandOutcome => {
  if (change !== undefined) return { _tag: 'Done', change: noted(transport, change) };
  return {
    _tag: 'Refused',
    error: problem === undefined ? unexpectedAnswer('A result is neither a change nor a problem.', status) : problemError(problem),
  };
};
