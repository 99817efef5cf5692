import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { NoPath, NoQuery } from '../json/models.js';
import { ModulesJson, ParkedDeliveryJson, RedriveResultJson, ReplayProgressJson } from '../json/operationsModels.js';
import { answerRecord, pathRecord, record } from '../json/record.js';
import { PositionText, ShortText, UuidText, timeFor } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** Modules: their state, and what operators do with them. */

const ModulePath = pathRecord('ModulePath', { name: described(ShortText, 'The name of the module, as the configuration has it') }, {});
const Nothing = answerRecord('Nothing', {}, {});

/** Which parked deliveries: one by its event id, or all. @category codecs */
export const WhichParked = record('Which', {}, { eventId: described(UuidText, 'The event whose delivery was parked'), all: described(t.literal(true), 'All that are parked, in the place of one') });

/** What to deliver again. @category codecs */
export const ReplayRange = record('ReplayRange', {}, {
  fromPosition: described(PositionText, 'Begin after this position; at the start of the log where neither is given'),
  fromTime: timeFor('Begin at this time'),
  toPosition: described(PositionText, 'End with this position; with the end of the log where it is not given'),
});

/** The modules, and how far they are. @category operations */
export const getModules = operation({
  operationId: 'getModules',
  method: 'GET',
  path: '/v1/modules',
  params: NoPath,
  query: NoQuery,
  answer: ModulesJson,
});

/** What a module gave up. @category operations */
export const getParked = operation({
  operationId: 'getParked',
  method: 'GET',
  path: '/v1/modules/{name}/parked',
  params: ModulePath,
  query: NoQuery,
  answer: answerRecord('ParkedList', { parked: listOf(ParkedDeliveryJson) }, {}),
});

/** Delivers parked changes again. @category operations */
export const redriveParked = operation({
  operationId: 'redriveParked',
  method: 'POST',
  path: '/v1/modules/{name}/redrive',
  params: ModulePath,
  query: NoQuery,
  body: WhichParked,
  answer: answerRecord('RedrivenList', { results: listOf(RedriveResultJson) }, {}),
});

/** Gives parked changes up for good. @category operations */
export const dropParked = operation({
  operationId: 'dropParked',
  method: 'POST',
  path: '/v1/modules/{name}/drop',
  params: ModulePath,
  query: NoQuery,
  body: WhichParked,
  answer: answerRecord('Dropped', { dropped: t.number }, {}),
});

/** Delivers a range of the log to a module again. @category operations */
export const replayModule = operation({
  operationId: 'replayModule',
  method: 'POST',
  path: '/v1/modules/{name}/replay',
  params: ModulePath,
  query: NoQuery,
  body: ReplayRange,
  answer: ReplayProgressJson,
});

const pausing = (word: 'pause' | 'resume') =>
  operation({
    operationId: `${word}Module`,
    method: 'POST',
    path: `/v1/modules/{name}/${word}`,
    params: ModulePath,
    query: NoQuery,
    answer: Nothing,
  });

/** Stops delivering to a module, until it is resumed. @category operations */
export const pauseModule = pausing('pause');

/** Delivers to a module again, from where it was. @category operations */
export const resumeModule = pausing('resume');

/** Removes the checkpoint of a module that is not configured. @category operations */
export const forgetModule = operation({
  operationId: 'forgetModule',
  method: 'POST',
  path: '/v1/modules/{name}/forget',
  params: ModulePath,
  query: NoQuery,
  answer: Nothing,
});
