import * as E from 'fp-ts/lib/Either.js';
import { expect } from 'vitest';
import type { Decision, KeyedView, Revision } from '@account-data/domain';

interface When<Event, Refusal> {
  /** It is accepted, with exactly these events. */
  readonly then: (...events: ReadonlyArray<Event>) => void;
  /** It is refused, with an error that has at least this. */
  readonly thenError: (error: Partial<Refusal>) => void;
  /** It was accepted before, as the events from this revision on. */
  readonly thenRepeated: (firstRevision: Revision, count: number) => void;
}

/**
 * `given(events).when(command).then(events)`: the events are folded, and the command is decided on the state. The
 * events of the past take the revisions from 0 on.
 */
export const specification =
  <Past, View extends KeyedView<never, never>, Command, Context, Event, Refusal>(
    fold: (events: ReadonlyArray<Past>) => View,
    decide: (command: Command, context: Context) => (view: View) => E.Either<Refusal, Decision<Event>>,
    usual: Context,
  ) =>
  (...past: ReadonlyArray<Past>): { readonly when: (command: Command, context?: Partial<Context>) => When<Event, Refusal> } => ({
    when: (command, context = {}) => {
      const result = decide(command, { ...usual, ...context })(fold(past));
      return {
        then: (...events) => {
          expect(result).toStrictEqual(E.right({ _tag: 'Accepted', events }));
        },
        thenError: (error) => {
          expect(result).toMatchObject(E.left(error));
        },
        thenRepeated: (firstRevision, count) => {
          expect(result).toMatchObject(E.right({ _tag: 'Repeated', firstRevision, count }));
        },
      };
    },
  });
