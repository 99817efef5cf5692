import {
  type AccountDataUpdated,
  type RoomTagEvent,
  type TagsView,
  type UserView,
  defaultLimits,
  parseUserId,
  streamNames,
} from '@account-data/domain';
import { StreamName } from '@account-data/event-store';
import { createModuleHost } from '@account-data/modules';
import { followRoom, readRoom, roomStreamSink } from '@account-data/rooms';
import { type HistoryError, type ProjectionFailure, StorageDamaged, createProjection, memoryProjectionStorage } from '@account-data/projection';
import { makeTurns, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { AccountDataEngine, ChangeOptions, EraseTask } from './AccountDataEngine.js';
import type { EngineOptions } from './EngineOptions.js';
import { ErasureFailed, HistoryFailed, ProjectionFailed, StoreError } from './exceptions.js';
import { ChangeQueue, type StreamKind, afterAccountData, afterTags } from './commands/ChangeQueue.js';
import { HomeserverQueue } from './commands/HomeserverQueue.js';
import type { PlaceOf } from './commands/QueuedChange.js';
import { accessLog } from './access/AccessLog.js';
import { type CommandContext, commandTasks } from './commands/commandTasks.js';
import { commandPromises, promised } from './commands/commandPromises.js';
import { restoreChange } from './commands/restoreChange.js';
import { previewRestore, restoreState } from './commands/restoreState.js';
import { diffPages, projectedDiff } from './diff/projectedDiff.js';
import { applyErasureList, listStep } from './erasure/ErasureList.js';
import { ErasedUsers } from './erasure/ErasedUsers.js';
import type { ErasureContext } from './erasure/erasures.js';
import { type ErasureKeeper, erasureKeeper } from './erasure/erasureKeeper.js';
import { modulesStep } from './erasure/modulesStep.js';
import { ProjectionScrubber } from './erasure/ProjectionScrubber.js';
import { projectionStep } from './erasure/projectionStep.js';
import { redactionsStep } from './erasure/redactionsStep.js';
import { roomsStep } from './erasure/roomsStep.js';
import { streamsStep } from './erasure/streamsStep.js';
import type { CommandError } from './errors.js';
import { FeedHub } from './feed/FeedHub.js';
import { feedDecoder } from './feed/feedDecoder.js';
import { readFeed } from './feed/readFeed.js';
import { inLogEpoch } from './log/inLogEpoch.js';
import { logPlaces } from './log/logPlaces.js';
import { logIdentity } from './log/logIdentity.js';
import { logScan } from './scan/scanLog.js';
import { exportLog } from './transfer/exportLog.js';
import { followedChanges } from './transfer/followedChanges.js';
import { importLog } from './transfer/importLog.js';
import { accountDataPort } from './modules/accountDataPort.js';
import { previousContent } from './modules/previousContent.js';
import { foldAccountDataStream, foldTagsStream } from './views/foldStream.js';
import { projectedViews } from './views/projectedViews.js';
import { awaiter } from './views/awaiter.js';
import { catchUp } from './views/catchUp.js';

/**
 * Opens the engine over an event store: names the log if it is new, opens the projection, starts the modules.
 *
 * @throws StoreError where the store can't be read, ProjectionFailed where reads can't be opened or have stopped before they
 * reflected the log (unless it starts `at-once`), and what a module's set-up throws
 * @category constructors
 */
export const createAccountDataEngine = async (options: EngineOptions): Promise<AccountDataEngine> => {
  const runtime = options.runtime ?? systemRuntime;
  const turns = options.turns ?? makeTurns(runtime);
  const names = streamNames(options.prefix);
  const limits = { ...defaultLimits, ...options.limits };
  const logStream = StreamName(names.log);
  const identity = await logIdentity(options.store, logStream, runtime)();
  if (E.isLeft(identity)) throw new StoreError(identity.left);
  const { logId, isNew } = identity.right;
  const store = inLogEpoch({ store: options.store, stream: logStream, runtime, hasBegun: isNew });

  const list = options.erasureList;
  const relisted = list === undefined ? 0 : await applyErasureList({ store, names, logId, runtime }, list);
  if (relisted > 0) options.logger?.log('warn', 'Users whom the list of erasures names were in the log, and are erased again.', { users: relisted });

  const opened = await createProjection({
    store,
    storage: options.projectionStorage ?? memoryProjectionStorage(),
    names,
    runtime,
    turns,
    requestKeyWindow: limits.requestKeyWindow,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  })();
  if (E.isLeft(opened)) throw new ProjectionFailed(opened.left);
  const projection = opened.right;

  const places = logPlaces(projection, store, logStream);
  const state = { closed: false };
  const catching = catchUp(projection, names.erasures, () => state.closed);
  const hostOf = (): ReturnType<typeof createModuleHost> => modules;
  const awaits = awaiter(projection, (stream) => stream.startsWith(names.accountDataPrefix), hostOf);
  const placeOf: PlaceOf = (stream, revision) => {
    try {
      return projection.locate(stream, revision)?.position;
    } catch (error) {
      // It is appended already: its place is not worth an error.
      if (error instanceof StorageDamaged) return undefined;
      throw error;
    }
  };
  const accountDataViews: StreamKind<UserView, AccountDataUpdated>['views'] = (userId, stream) => ({
    load: projectedViews(projection, () => projection.view(userId), stream, foldAccountDataStream(store, stream) as Fold<UserView>),
  });
  const tagsViews: StreamKind<TagsView, RoomTagEvent>['views'] = (userId, stream) => ({
    load: projectedViews(projection, () => projection.tagsView(userId), stream, foldTagsStream(store, stream) as Fold<TagsView>),
  });
  const accountData = new ChangeQueue<UserView, AccountDataUpdated>(store, runtime, { views: accountDataViews, after: afterAccountData }, awaits, placeOf);
  const tags = new ChangeQueue<TagsView, RoomTagEvent>(store, runtime, { views: tagsViews, after: afterTags }, awaits, placeOf);
  const { askHomeserver: ask } = options;
  const services = { uuid: runtime.random.uuid, awaiter: awaits, placeOf };
  const homeserver =
    ask === undefined
      ? undefined
      : { accountData: new HomeserverQueue(accountDataViews, ask, services), tags: new HomeserverQueue(tagsViews, ask, services) };
  const context: CommandContext = {
    names,
    limits,
    serverName: options.serverName,
    followedServer: options.followedServer,
    suppressUnchanged: options.suppressUnchanged ?? false,
    accountData,
    tags,
    homeserver,
    refusal: ({ await: awaited }: ChangeOptions): CommandError | undefined => {
      if (state.closed) return { _tag: 'EngineClosed', code: 'engine_closed' };
      if (awaited === 'modules' && hostOf().currentDelivery() !== undefined) {
        return { _tag: 'AwaitInsideCallback', code: 'await_modules_inside_callback' };
      }
      const failure = awaited === 'appended' ? undefined : projection.failure();
      return failure === undefined ? undefined : projectionStopped(failure);
    },
  };

  const modulesOptions = options.modules ?? { configured: [] };
  const { configured, rooms, ...hostOptions } = modulesOptions;
  const modules = createModuleHost({
    ...hostOptions,
    store,
    names: { ...names, accountData: (userId) => names.accountData(userId) },
    runtime,
    modules: configured,
    accountData: accountDataPort(projection, (origin) => commandTasks(context, origin)),
    rooms: rooms ?? roomStreamSink({ store, names, runtime }),
    previousContent: previousContent(projection, store, (userId) => names.accountData(userId)),
    isErased: (userId) => projection.erased(userId),
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });

  const prefixes = [names.accountDataPrefix, names.tagsPrefix, names.erasuresPrefix];
  const erased = new ErasedUsers(store, names);
  const hub = new FeedHub(store, prefixes, feedDecoder, erased);

  const scrubber = new ProjectionScrubber(projection, runtime, options.logger);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll());
  const closeAll = async (): Promise<void> => {
    state.closed = true;
    await Promise.all([accountData.idle(), tags.idle(), homeserver?.accountData.idle(), homeserver?.tags.idle()]);
    const scrubbed = scrubber.close();
    await keeper.close();
    await hub.close();
    await modules.stop();
    await projection.close();
    await scrubbed;
  };

  const erasure: ErasureContext = {
    store,
    runtime,
    names,
    logId,
    steps: [
      ...(list === undefined ? [] : [listStep(list, logId)]),
      streamsStep(store, names),
      roomsStep(store, names),
      ...(options.erasureSteps ?? []),
      projectionStep(scrubber),
      // What reaches outside comes last: a homeserver that is down keeps nothing here.
      redactionsStep(store, names, rooms),
      modulesStep(modules),
    ],
    projected: catching.untilErased,
  };
  const erase: EraseTask['eraseUser'] = (userId, eraseOptions) => {
    const user = parseUserId(userId);
    return E.isLeft(user)
      ? () => Promise.resolve(user)
      : () => scrubber.during(keeper.erase(user.right, eraseOptions));
  };
  const keeper: ErasureKeeper = erasureKeeper(erasure, options.logger);

  try {
    if (options.start !== 'at-once') {
      await catching.untilReady();
      const failure = projection.failure();
      if (failure !== undefined) throw new ProjectionFailed(failure);
    }
    await modules.start();
    if (options.unfinishedErasures !== 'leave') {
      const resumed = await scrubber.during(keeper.resume());
      if (E.isLeft(resumed)) throw new StoreError(resumed.left);
    }
  } catch (error) {
    await close();
    throw error;
  }

  const tasks = {
    ...commandTasks(context),
    restore: restoreChange(projection, (origin) => commandTasks(context, origin)),
    previewRestore: previewRestore(projection),
    restoreState: restoreState(projection, (origin) => commandTasks(context, origin)),
    eraseUser: erase,
    diff: projectedDiff({ projection, turns }),
    diffPages: diffPages({ projection, turns }),
  };
  return {
    logId,
    tasks,
    ...commandPromises(tasks),
    restore: promised(tasks.restore),
    eraseUser: async (userId, eraseOptions) => {
      const receipt = await erase(userId, eraseOptions)();
      if (E.isLeft(receipt)) throw new ErasureFailed(receipt.left);
      return receipt.right;
    },
    runningErasures: () => keeper.running(),
    projection,
    turns,
    modules,
    rooms: {
      read: (roomId, after, limit) => readRoom({ store, names }, roomId)(after, limit),
      follow: (roomId, after, onEvents) => followRoom({ store, names }, roomId, after, onEvents),
    },
    accessLog: accessLog({ store, names, runtime }),
    scan: logScan({ store, projection, erased, turns, clock: runtime.clock, prefixes: [names.accountDataPrefix, names.tagsPrefix] }),
    position: () => projection.position(),
    ...places,
    get: (userId, roomId, type) => {
      const entry = projection.get(userId, roomId, type);
      return entry === undefined || entry.deleted ? undefined : entry;
    },
    list: (userId, filter) => projection.entries(userId, filter),
    tags: (userId, roomId) => projection.tags(userId, roomId),
    history: (userId, query) => historyOf(projection.history(userId, query)),
    tagHistory: (userId, query) => historyOf(projection.tagHistory(userId, query)),
    asOf: async (userId, at) => {
      const [state, { rooms }] = await Promise.all([
        historyOf(projection.asOf(userId, at)),
        historyOf(projection.tagsAsOf(userId, at)),
      ]);
      return { ...state, tags: rooms };
    },
    diff: (userId, query) => historyOf(tasks.diff(userId, query)),
    exportLog: (exportOptions) => exportLog({ store, names, projection, logId, erased, turns }, exportOptions),
    importLog: async (lines, importOptions) => {
      const result = await importLog({ store, names, logId, limits, serverName: options.serverName, followedServer: options.followedServer }, lines, importOptions);
      if (result.position !== undefined) await catching.untilShown(result.position);
      return result;
    },
    followed: (source) =>
      followedChanges({ store, names, logId, rules: { limits, serverName: options.serverName }, untilShown: catching.untilShown }, source),
    feed: (feedOptions) => readFeed({ store, runtime, turns, hub, prefixes, decode: feedDecoder, erased, index: { names, projection }, places }, feedOptions),
    close,
  };
};

const projectionStopped = ({ message }: ProjectionFailure): CommandError => ({
  _tag: 'ProjectionStopped',
  code: 'projection_stopped',
  message: `Nothing was changed: reads have stopped and would not show it. ${message}`,
});

/** The result, or a rejection with {@link HistoryFailed}. */
const historyOf = async <A>(read: TE.TaskEither<HistoryError, A>): Promise<A> => {
  const result = await read();
  if (E.isLeft(result)) throw new HistoryFailed(result.left);
  return result.right;
};

type Fold<View extends UserView | TagsView> = Parameters<
  typeof projectedViews<View>
>[3];
