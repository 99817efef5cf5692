import type { ModuleHost, ModuleHostError, StartFrom } from '@account-data/modules';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { endpoint } from '../Endpoint.js';
import type { Endpoint, Outcome } from '../Endpoint.js';
import { listOf } from '../json/list.js';
import { NoPath, NoQuery } from '../json/models.js';
import { Modules, Parked, Redriven, Replayed, modulesJson, parkedJson, redrivenJson, replayedJson } from '../json/operationsModels.js';
import { record } from '../json/record.js';
import { PositionText, ShortText, TimeText, UuidText } from '../json/scalars.js';
import { problem, problemOf } from '../Problem.js';

/** Modules: their state, and what operators do with them. */

const ModulePath = record('ModulePath', { name: ShortText }, {});
const Nothing = record('Nothing', {}, {});

/** Which parked deliveries: one by its event id, or all. */
const Which = record('Which', {}, { event_id: UuidText, all: t.literal(true) });

const ReplayRange = record('ReplayRange', {}, { from_position: PositionText, from_time: TimeText, to_position: PositionText });

const done = <A>(result: E.Either<ModuleHostError, A>, body: (value: A) => unknown): Outcome =>
  E.isLeft(result) ? E.left(problemOf(result.left)) : E.right({ status: 200, body: body(result.right) });

const which = ({ event_id: eventId, all }: t.TypeOf<typeof Which>): { readonly eventId: string } | 'all' | undefined => {
  if (eventId !== undefined) return all === undefined ? { eventId } : undefined;
  return all === true ? 'all' : undefined;
};

const notOneOf = problem('invalid_request', 'Send either an event_id or "all": true.');

const startOf = ({ from_position: position, from_time: time }: t.TypeOf<typeof ReplayRange>): StartFrom | undefined => {
  if (position !== undefined) return time === undefined ? { _tag: 'Position', position } : undefined;
  return time === undefined ? { _tag: 'Start' } : { _tag: 'Time', time };
};

const pausing = (word: 'pause' | 'resume', act: (host: ModuleHost, name: string) => TE.TaskEither<ModuleHostError, void>): Endpoint =>
  endpoint({
    method: 'POST',
    path: `/v1/modules/{name}/${word}`,
    operationId: `${word}Module`,
    summary: word === 'pause' ? 'Delivers nothing to the module until it is resumed' : 'Delivers to a paused module again',
    need: 'operate',
    params: ModulePath,
    query: NoQuery,
    answers: [{ status: 200, description: 'Done', codec: Nothing }],
    handle: async ({ params, context }) => done(await act(context.engine.modules, params.name)(), () => ({})),
  });

/** @category endpoints */
export const moduleEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    method: 'GET',
    path: '/v1/modules',
    operationId: 'getModules',
    summary: 'The modules, how far they are, and who delivers',
    need: 'inspect',
    params: NoPath,
    query: NoQuery,
    answers: [{ status: 200, description: 'All modules in their order', codec: Modules }],
    handle: ({ context }) => E.right({ status: 200, body: modulesJson(context.engine.modules.status()) }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/modules/{name}/parked',
    operationId: 'getParked',
    summary: 'Deliveries that were put aside, with their errors',
    need: 'inspect',
    params: ModulePath,
    query: NoQuery,
    answers: [{ status: 200, description: 'In the order they were parked', codec: record('ParkedList', { parked: listOf(Parked) }, {}) }],
    handle: async ({ params, context }) =>
      done(await context.engine.modules.parked(params.name)(), (parked) => ({ parked: parked.map(parkedJson) })),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/modules/{name}/redrive',
    operationId: 'redriveParked',
    summary: 'Tries parked deliveries again; those that fail stay parked',
    need: 'operate',
    params: ModulePath,
    query: NoQuery,
    body: Which,
    answers: [{ status: 200, description: 'What became of each', codec: record('RedrivenList', { results: listOf(Redriven) }, {}) }],
    handle: async ({ params, body, context }) => {
      const chosen = which(body);
      if (chosen === undefined) return E.left(notOneOf);
      const results = await context.engine.modules.redrive(params.name, chosen)();
      return done(results, (redriven) => ({ results: redriven.map(redrivenJson) }));
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/modules/{name}/drop',
    operationId: 'dropParked',
    summary: 'Gives parked deliveries up',
    need: 'operate',
    params: ModulePath,
    query: NoQuery,
    body: Which,
    answers: [{ status: 200, description: 'How many', codec: record('Dropped', { dropped: t.number }, {}) }],
    handle: async ({ params, body, context }) => {
      const chosen = which(body);
      if (chosen === undefined) return E.left(notOneOf);
      return done(await context.engine.modules.dropParked(params.name, chosen)(), (dropped) => ({ dropped }));
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/modules/{name}/replay',
    operationId: 'replayModule',
    summary: 'Delivers a range of the log to one module again; its checkpoint stays where it is',
    description: 'From the beginning unless `from_position` (exclusive) or `from_time` says otherwise, to the end of the log as it is now unless `to_position` does. Answers when it is done.',
    need: 'operate',
    params: ModulePath,
    query: NoQuery,
    body: ReplayRange,
    answers: [{ status: 200, description: 'What was delivered', codec: Replayed }],
    handle: async ({ params, body, context, exchange }) => {
      const from = startOf(body);
      if (from === undefined) return E.left(problem('invalid_request', 'Send from_position or from_time, not both.'));
      const gone = new AbortController();
      exchange.reply.raw.once('close', () => {
        gone.abort();
      });
      const range = body.to_position === undefined ? { from } : { from, to: body.to_position };
      return done(await context.engine.modules.replay(params.name, range, { signal: gone.signal })(), replayedJson);
    },
  }),
  pausing('pause', (host, name) => host.pause(name)),
  pausing('resume', (host, name) => host.resume(name)),
];
