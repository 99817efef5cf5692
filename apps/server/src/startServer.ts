import { erasureFile } from '@account-data/embedded';
import type { AccountDataEngine, EngineOptions } from '@account-data/engine';
import type { ModuleRef } from '@account-data/modules';
import { type RoomEventSink, homeserverSink } from '@account-data/rooms';
import type { Follow } from '@account-data/synapse-follow';
import { asyncScope, stallWatchdog, systemRuntime } from '@account-data/runtime';
import type { Runtime, StallWatchdog } from '@account-data/runtime';
import { streamNames } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { forgetAccesses } from './access/forgetAccesses.js';
import { readPageFiles } from './audit-page/PageFiles.js';
import type { DataFolderTokens } from './auth/dataFolderTokens.js';
import { ensureToken, firstStartText } from './auth/firstStart.js';
import { makeLocalAccess } from './auth/localAccess.js';
import type { LocalAccess } from './auth/localAccess.js';
import { configuredTokens, folderTokens } from './auth/tokenSources.js';
import type { ServerConfig } from './config/ServerConfig.js';
import { reachAdvice, sayingThatItWaits } from './config/storeContact.js';
import { makeHttpServer } from './http/HttpServer.js';
import { listen } from './http/listen.js';
import { configuredModules } from './configuredModules.js';
import { registerDiskMetrics } from './observability/diskMetrics.js';
import { makeModuleCounters, registerEngineMetrics } from './observability/engineMetrics.js';
import { registerFollowMetrics } from './observability/followMetrics.js';
import { hostLogger, logName } from './observability/logging.js';
import { registerProcessMetrics } from './observability/processMetrics.js';
import { loadTracing } from './observability/loadTracing.js';
import { openStores } from './openStores.js';
import type { OpenStores } from './openStores.js';
import { answerAppAtSocket } from './processes/innerSocket.js';
import { metricsOfOthers } from './processes/metricsOfOthers.js';
import { type ProcessPlace, ratesSocketOf, socketOf } from './processes/ProcessPlace.js';
import { answerRates } from './processes/sharedRates.js';
import { sharedLimits } from './processes/sharedLimits.js';
import { programVersion } from './programVersion.js';
import type { ServerEnvironment } from './ServerEnvironment.js';
import { ServerStartError, startErrorOf } from './ServerStartError.js';
import { startInSteps } from './startInSteps.js';
import { startEngine } from './startEngine.js';
import { untilReady } from './untilReady.js';

/** A server that listens. @category model */
export interface RunningServer {
  /** Where it listens. */
  readonly url: string;
  readonly engine: AccountDataEngine;
  /** Unready from now on; long polls and streams end. */
  readonly drain: () => void;
  /** Lets requests in flight finish, ends streams, writes checkpoints, and lets go of everything. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the service: opens the stores, loads the modules, starts the engine, and listens. Resolved when it is ready:
 * reads reflect what was in the log. Health and metrics answer before that.
 *
 * @param place where it is the owner of the log among several processes
 * @throws ServerStartError with a message for whoever starts it
 */
export const startServer = async (given: ServerConfig, environment: ServerEnvironment, place?: ProcessPlace): Promise<RunningServer> => {
  const config = place === undefined ? given : { ...given, limits: sharedLimits(given.limits, place.count) };
  const { logger, print } = environment;
  const runtime = environment.runtime ?? systemRuntime;
  const scope = environment.scope ?? asyncScope<ModuleRef>();
  return startInSteps(logger, async (undoneBy) => {
    const version = await programVersion();
    const tracing = await loadTracing(environment.env, version);
    if (tracing !== undefined) undoneBy(tracing.shutdown);
    const { forCommand } = environment;
    const modules = forCommand?.modules === false ? [] : await configuredModules(config, scope, environment.env);
    const stores = await openStores(config, runtime, logger);
    undoneBy(stores.close);
    const counters = makeModuleCounters();
    const watchdog = modules.length === 0 ? undefined : moduleWatchdog(config);
    if (watchdog !== undefined) undoneBy(watchdog.close);
    // A server that follows nothing does not load what follows.
    const followed = config.follow === undefined ? undefined : await import('./follow/startFollow.js');
    const commands = followed?.homeserverCommands(config, runtime);
    const settings: Omit<EngineOptions, 'store'> = {
      runtime,
      logger: hostLogger(logger),
      start: 'at-once',
      erasureList: erasureFile(config.store.erasures),
      ...(commands === undefined ? {} : { askHomeserver: commands.ask }),
      modules: {
        configured: modules,
        ...roomsOf(config, stores, runtime),
        ownership: forCommand === undefined ? stores.ownership : { _tag: 'Observed' },
        metrics: counters.metrics,
        scope,
        ...(tracing === undefined ? {} : { tracer: tracing.deliveries }),
        ...(watchdog === undefined ? {} : { watchdog }),
      },
    };
    const engine = await firstContact(config, runtime, logger, () => startEngine(config, stores, settings));
    undoneBy(engine.close);
    if (forCommand === undefined) undoneBy(forgetAccesses(engine.accessLog, config.accessLog, runtime, logger));
    const registry = new Registry();
    registerProcessMetrics(registry);
    registerEngineMetrics(registry, engine, counters);
    registerDiskMetrics(registry, config.store.path);
    const ofFolder = await folderTokens(config, runtime, logger);
    const owner = forCommand === undefined ? makeLocalAccess() : undefined;
    const page = await readPageFiles();
    let follow: Follow | undefined;
    const http = makeHttpServer({
      engine,
      follow: () => follow,
      config,
      runtime,
      logger,
      tokens: [...configuredTokens(config, runtime, registry, logger), ofFolder, ...(owner === undefined ? [] : [owner.tokens])],
      registry,
      ...(place === undefined ? {} : { otherMetrics: metricsOfOthers(place) }),
      version,
      ...(page === undefined ? {} : { page }),
      ...(tracing === undefined ? {} : { tracing }),
    });
    undoneBy(http.close);
    if (place !== undefined) {
      undoneBy(await answerAppAtSocket(http.app, socketOf(place, 0)));
      undoneBy(await answerRates(ratesSocketOf(place), http.rates));
    }
    const url = await listen(http.app, config);
    if (owner !== undefined) undoneBy(await tellLocalAccess(owner, http.app, config, logger));
    await untilReady(engine, logger, environment.stopped);
    if (config.follow !== undefined && followed !== undefined && forCommand === undefined && environment.stopped?.aborted !== true) {
      follow = followed.startFollow(config.follow, { config, engine, commands, store: stores.store, runtime, logger });
      undoneBy(follow.close);
      registerFollowMetrics(registry, follow.health);
    }
    logger.info({ url, logId: engine.logId, position: String(engine.position()) }, 'The account data service is ready');
    const token = await firstToken(config, ofFolder);
    // In one piece, the token last: who looks at the end of what was written sees it.
    const where = `The account data service listens at ${url}${page === undefined ? '' : `\nThe audit page is at ${url}/audit/`}`;
    print(token === undefined ? where : `${where}\n${firstStartText(token, url, config)}`);
    return { url, engine, drain: http.drain };
  });
};

/** A module's callback that keeps the process from anything else for so many milliseconds is named, even if it never ends. */
const stalledAfter = 2_000;

const moduleWatchdog = ({ limits: { moduleStall } }: ServerConfig): StallWatchdog =>
  stallWatchdog({ name: logName, after: stalledAfter, ...(moduleStall === 0 ? {} : { endAfter: moduleStall }) });

const roomsOf = (config: ServerConfig, { store }: OpenStores, runtime: Runtime): { readonly rooms?: RoomEventSink } => {
  if (config.rooms === undefined) return {};
  const { homeserver: baseUrl, identity } = config.rooms;
  return { rooms: homeserverSink({ baseUrl, identity, fetch, runtime, store, names: streamNames(config.store.prefix) }) };
};

/** Starting the engine is what speaks to the store first: where that is a server, it may be slow to answer, or not there. */
const firstContact = async <A>({ store }: ServerConfig, runtime: Runtime, logger: Logger, start: () => Promise<A>): Promise<A> => {
  if (store.kind !== 'eventstoredb') return start();
  try {
    return await sayingThatItWaits(runtime, (message) => { logger.warn(message); }, start);
  } catch (error) {
    const { code, message } = startErrorOf(error);
    throw code === 'store_unavailable' ? new ServerStartError(code, `${message} ${reachAdvice}`, error) : error;
  }
};

/**
 * The token that a first start makes. It is made when nothing is left that could fail, and shown at once: one that was
 * made by a start that failed would never be seen, and no later start would make another.
 */
const firstToken = async (config: ServerConfig, ofFolder: DataFolderTokens): Promise<string | undefined> => {
  const made = await ensureToken(config)();
  if (E.isLeft(made)) throw new ServerStartError(made.left.code, made.left.message);
  if (made.right !== undefined) await ofFolder.lookAgain();
  return made.right;
};


/** Tells commands on the data folder where this server is; gives what takes that back. Who can't be told gives --url and a token. */
const tellLocalAccess = async (owner: LocalAccess, { server }: FastifyInstance, { store: { path } }: ServerConfig, logger: Logger): Promise<() => Promise<void>> => {
  const told = await owner.tell(path, server.address())();
  if (E.isLeft(told)) {
    logger.warn(told.left.message);
    return () => Promise.resolve();
  }
  return () => owner.takeBack(path);
};

