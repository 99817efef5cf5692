import type { ModuleHost, ModuleHostError, StartFrom } from '@account-data/modules';
import {
  dropParked,
  forgetModule,
  getModules,
  getParked,
  pauseModule,
  redriveParked,
  replayModule,
  resumeModule,
  type Streamed,
} from '@account-data/service-api';
import type { ReplayRange, WhichParked } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type * as t from 'io-ts';
import { endpoint } from '../Endpoint.js';
import type { Endpoint, Outcome } from '../Endpoint.js';
import { modulesStatus } from '../operationsStatus.js';
import { problem, problemOf } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

/** Modules: their state, and what operators do with them. */

const done = <A, B>(result: E.Either<ModuleHostError, A>, body: (value: A) => Streamed<B>): Outcome<B> =>
  E.isLeft(result) ? E.left(problemOf(result.left)) : E.right({ status: 200, body: body(result.right) });

const which = ({ eventId, all }: t.TypeOf<typeof WhichParked>): { readonly eventId: string } | 'all' | undefined => {
  if (eventId !== undefined) return all === undefined ? { eventId } : undefined;
  return all === true ? 'all' : undefined;
};

const notOneOf = problem('invalid_request', 'Send either an event_id or "all": true.');

const startOf = ({ fromPosition: position, fromTime: time }: t.TypeOf<typeof ReplayRange>): StartFrom | undefined => {
  if (position !== undefined) return time === undefined ? { _tag: 'Position', position } : undefined;
  return time === undefined ? { _tag: 'Start' } : { _tag: 'Time', time };
};

const simple = (operation: typeof pauseModule, summary: string, act: (host: ModuleHost, name: string) => TE.TaskEither<ModuleHostError, void>): Endpoint =>
  endpoint({
    ...operation,
    summary,
    need: 'operate',
    answers: [{ status: 200, description: 'Done' }],
    problems: engineProblems.modules,
    handle: async ({ params, context }) => done(await act(context.engine.modules, params.name)(), () => ({})),
  });

/** Modules: status, parked changes, and operations on them. @category endpoints */
export const moduleEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getModules,
    summary: 'The modules, how far they are, and who delivers',
    need: 'inspect',
    answers: [{ status: 200, description: 'All modules in their order' }],
    problems: engineProblems.modules,
    handle: ({ context }) => E.right({ status: 200, body: modulesStatus(context.engine.modules.status()) }),
  }),
  endpoint({
    ...getParked,
    summary: 'Deliveries that were put aside, with their errors',
    need: 'inspect',
    answers: [{ status: 200, description: 'In the order they were parked' }],
    problems: engineProblems.modules,
    handle: async ({ params, context }) => {
      const { modules } = context.engine;
      const parked = await modules.parked(params.name)();
      const names = modules.status().modules.map(({ name }) => name);
      // A module that is configured no longer may have left some behind.
      if (E.isRight(parked) && parked.right.length === 0 && !names.includes(params.name)) {
        return E.left(problem('unknown_module', `No module has this name. There are: ${names.join(', ') || 'none'}.`));
      }
      return done(parked, (deliveries) => ({ parked: deliveries }));
    },
  }),
  endpoint({
    ...redriveParked,
    summary: 'Tries parked deliveries again; those that fail stay parked',
    need: 'operate',
    answers: [{ status: 200, description: 'What became of each' }],
    bodyExample: { all: true },
    problems: engineProblems.modules,
    handle: async ({ params, body, context }) => {
      const chosen = which(body);
      if (chosen === undefined) return E.left(notOneOf);
      const results = await context.engine.modules.redrive(params.name, chosen)();
      return done(results, (redriven) => ({ results: redriven }));
    },
  }),
  endpoint({
    ...dropParked,
    summary: 'Gives parked deliveries up',
    need: 'operate',
    answers: [{ status: 200, description: 'How many' }],
    bodyExample: { event_id: '3f2c9f6e-8f1b-4d0e-9a4e-5a0c6d1b7e21' },
    problems: engineProblems.modules,
    handle: async ({ params, body, context }) => {
      const chosen = which(body);
      if (chosen === undefined) return E.left(notOneOf);
      return done(await context.engine.modules.dropParked(params.name, chosen)(), (dropped) => ({ dropped }));
    },
  }),
  endpoint({
    ...replayModule,
    summary: 'Delivers a range of the log to one module again; its checkpoint stays where it is',
    description: 'From the beginning unless `from_position` (exclusive) or `from_time` says otherwise, to the end of the log as it is now unless `to_position` does. Answers when it is done, and ends when the client hangs up; GET /v1/modules shows the progress.',
    need: 'operate',
    answers: [{ status: 200, description: 'What was delivered' }],
    bodyExample: { from_time: '3d' },
    problems: engineProblems.modules,
    handle: async ({ params, body, context, exchange }) => {
      const from = startOf(body);
      if (from === undefined) return E.left(problem('invalid_request', 'Send from_position or from_time, not both.'));
      const gone = new AbortController();
      exchange.reply.raw.once('close', () => {
        gone.abort();
      });
      const range = body.toPosition === undefined ? { from } : { from, to: body.toPosition };
      return done(await context.engine.modules.replay(params.name, range, { signal: gone.signal })(), (progress) => progress);
    },
  }),
  simple(pauseModule, 'Delivers nothing to the module until it is resumed', (host, name) => host.pause(name)),
  simple(resumeModule, 'Delivers to a paused module again', (host, name) => host.resume(name)),
  simple(forgetModule, 'Removes the checkpoint of a module that is not configured any more', (host, name) => host.forget(name)),
];
