import { erasureFile } from '@account-data/embedded';
import { createAccountDataEngine } from '@account-data/engine';
import type { AccountDataEngine } from '@account-data/engine';
import type { ModuleRef } from '@account-data/modules';
import { type RoomEventSink, homeserverSink } from '@account-data/rooms';
import type { Follow } from '@account-data/synapse-follow';
import { asyncScope, stallWatchdog, systemRuntime } from '@account-data/runtime';
import type { AsyncScope, Runtime, StallWatchdog } from '@account-data/runtime';
import { streamNames } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { forgetAccesses } from './access/forgetAccesses.js';
import { readPageFiles } from './audit-page/PageFiles.js';
import { dataFolderTokens } from './auth/dataFolderTokens.js';
import type { DataFolderTokens } from './auth/dataFolderTokens.js';
import { ensureToken, firstStartText } from './auth/firstStart.js';
import { homeserverTokens } from './auth/homeserverTokens.js';
import { jwtTokens } from './auth/jwtTokens.js';
import { makeLocalAccess } from './auth/localAccess.js';
import type { LocalAccess } from './auth/localAccess.js';
import { noteJwtRefusals } from './observability/jwtRefusals.js';
import { staticTokens } from './auth/staticTokens.js';
import { readTokenFile } from './auth/tokenFile.js';
import type { TokenSource } from './auth/TokenSource.js';
import type { ServerConfig } from './config/ServerConfig.js';
import { reachAdvice, sayingThatItWaits } from './config/storeContact.js';
import { makeHttpServer } from './http/HttpServer.js';
import { configuredModules } from './configuredModules.js';
import { registerDiskMetrics } from './observability/diskMetrics.js';
import { makeModuleCounters, registerEngineMetrics } from './observability/engineMetrics.js';
import { registerFollowMetrics } from './observability/followMetrics.js';
import { hostLogger, logName } from './observability/logging.js';
import { registerProcessMetrics } from './observability/processMetrics.js';
import { tracingChoice } from './observability/Tracing.js';
import type { Tracing } from './observability/Tracing.js';
import { openStores } from './openStores.js';
import type { OpenStores } from './openStores.js';
import { ServerStartError, startErrorOf } from './ServerStartError.js';

/** What the server touches of the world it runs in. @category model */
export interface ServerEnvironment {
  /** OpenTelemetry's standard variables, and those that the configs of modules name. The rest is in the configuration already. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Shows text to whoever starts the server: the address, and once the first token. */
  readonly print: (text: string) => void;
  /** Ends the wait for the log to be read: the server was asked to stop while it started. */
  readonly stopped?: AbortSignal;
  /** Default: the real clock, timers and randomness. */
  readonly runtime?: Runtime;
  /** Follows modules through what they await; who gives it can tell which module code runs for. */
  readonly scope?: AsyncScope<ModuleRef>;
  /**
   * It runs for one command on a data folder that no server runs on: it delivers nothing, follows no homeserver, and nobody
   * else is told of it. `modules` are set up where the command asks for them, as an erasure does.
   */
  readonly forCommand?: { readonly modules: boolean };
}

/** A server that listens. @category model */
export interface RunningServer {
  /** Where it listens. */
  readonly url: string;
  readonly engine: AccountDataEngine;
  /** Lets requests in flight finish, ends streams, writes checkpoints, and lets go of everything. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the service: opens the stores, loads the modules, starts the engine, and listens. Resolved when it is ready:
 * reads reflect what was in the log. Health and metrics answer before that.
 *
 * @throws ServerStartError with a message for whoever starts it
 */
export const startServer = async (config: ServerConfig, environment: ServerEnvironment): Promise<RunningServer> => {
  const { logger, print } = environment;
  const runtime = environment.runtime ?? systemRuntime;
  const scope = environment.scope ?? asyncScope<ModuleRef>();
  const undo: Array<() => Promise<void>> = [];
  const undoAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const version = await programVersion();
    const tracing = await loadTracing(environment.env, version);
    if (tracing !== undefined) undo.push(tracing.shutdown);
    const { forCommand } = environment;
    const modules = forCommand?.modules === false ? [] : await configuredModules(config, scope, environment.env);
    const stores = await openStores(config, runtime, logger);
    undo.push(stores.close);
    const counters = makeModuleCounters();
    const watchdog = modules.length === 0 ? undefined : moduleWatchdog(config);
    if (watchdog !== undefined) undo.push(watchdog.close);
    // A server that follows nothing does not load what follows.
    const followed = config.follow === undefined ? undefined : await import('./follow/startFollow.js');
    const commands = followed?.homeserverCommands(config, runtime);
    const settings: Parameters<typeof startEngine>[2] = {
      runtime,
      logger: hostLogger(logger),
      start: 'at-once',
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
    undo.push(engine.close);
    if (forCommand === undefined) undo.push(forgetAccesses(engine.accessLog, config.accessLog, runtime, logger));
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
      version,
      ...(page === undefined ? {} : { page }),
      ...(tracing === undefined ? {} : { tracing }),
    });
    undo.push(http.close);
    const url = await listen(http.app, config);
    if (owner !== undefined) undo.push(await tellLocalAccess(owner, http.app, config, logger));
    await untilReady(engine, logger, environment.stopped);
    if (config.follow !== undefined && followed !== undefined && forCommand === undefined && environment.stopped?.aborted !== true) {
      follow = followed.startFollow(config.follow, { config, engine, commands, store: stores.store, runtime, logger });
      undo.push(follow.close);
      registerFollowMetrics(registry, follow.health);
    }
    logger.info({ url, logId: engine.logId, position: String(engine.position()) }, 'The account data service is ready');
    const token = await firstToken(config, ofFolder);
    // In one piece, the token last: who looks at the end of what was written sees it.
    const where = `The account data service listens at ${url}${page === undefined ? '' : `\nThe audit page is at ${url}/audit/`}`;
    print(token === undefined ? where : `${where}\n${firstStartText(token, url, config)}`);
    return { url, engine, close: undoAll };
  } catch (error) {
    await undoAll().catch((problem: unknown) => {
      logger.error({ err: problem }, 'Closing after a failed start failed, too');
    });
    throw startErrorOf(error);
  }
};

/** A module's callback that keeps the process from anything else for so many milliseconds is named, even if it never ends. */
const stalledAfter = 2_000;

const moduleWatchdog = ({ limits: { moduleStall } }: ServerConfig): StallWatchdog =>
  stallWatchdog({ name: logName, after: stalledAfter, ...(moduleStall === 0 ? {} : { endAfter: moduleStall }) });

const programVersion = async (): Promise<string> => {
  const parsed: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
};

const loadTracing = async (env: ServerEnvironment['env'], version: string): Promise<Tracing | undefined> => {
  const choice = tracingChoice(env);
  switch (choice._tag) {
    case 'Off':
      return undefined;
    case 'Unusable':
      throw new ServerStartError('config_invalid', `${choice.variable} ${choice.message} (environment variable).`);
    case 'On': {
      const { openTelemetry } = await import('./observability/openTelemetry.js');
      return openTelemetry(choice.settings, version);
    }
  }
};

const roomsOf = (config: ServerConfig, { store }: OpenStores, runtime: Runtime): { readonly rooms?: RoomEventSink } => {
  if (config.rooms === undefined) return {};
  const { homeserver: baseUrl, identity } = config.rooms;
  return { rooms: homeserverSink({ baseUrl, identity, fetch, runtime, store, names: streamNames(config.store.prefix) }) };
};

type EngineSettings = Parameters<typeof createAccountDataEngine>[0];

const startEngine = (
  config: ServerConfig,
  stores: OpenStores,
  settings: Omit<EngineSettings, 'store' | 'projectionStorage' | 'erasureSteps'>,
): Promise<AccountDataEngine> =>
  createAccountDataEngine({
    ...settings,
    store: stores.store,
    projectionStorage: stores.projectionStorage,
    erasureSteps: stores.erasureSteps,
    erasureList: erasureFile(config.store.erasures),
    prefix: config.store.prefix,
    suppressUnchanged: config.suppressUnchanged,
    limits: {
      maxContentBytes: config.limits.maxContentBytes,
      maxDepth: config.limits.maxDepth,
      maxKeysPerUser: config.limits.maxKeysPerUser,
      maxBytesPerUser: config.limits.maxBytesPerUser,
    },
    ...(config.serverName === undefined ? {} : { serverName: config.serverName }),
    ...(config.follow === undefined ? {} : { followedServer: config.follow.serverName }),
  });

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

const folderTokens = async (config: ServerConfig, { clock }: Runtime, logger: Logger): Promise<DataFolderTokens> => {
  // A file that can't be read ends the start; later, when it is followed, it is only said.
  const readable = await readTokenFile(config.store.path)();
  if (E.isLeft(readable)) throw new ServerStartError(readable.left.code, readable.left.message);
  return dataFolderTokens(config.store.path, clock, (message) => {
    logger.error(message);
  });
};

const configuredTokens = (config: ServerConfig, { clock }: Runtime, registry: Registry, logger: Logger): ReadonlyArray<TokenSource> => {
  const { tokens, jwt, homeserver } = config.auth;
  return [
    staticTokens(tokens),
    ...(jwt === undefined ? [] : [jwtTokens(jwt, clock, noteJwtRefusals(registry, logger))]),
    ...(homeserver === undefined ? [] : [homeserverTokens(homeserver, clock)]),
  ];
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

const listen = async (app: FastifyInstance, config: ServerConfig): Promise<string> => {
  const { host, port, publicUrl } = config.server;
  try {
    const url = await app.listen({ host, port });
    return publicUrl ?? url;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'EADDRINUSE') {
      throw new ServerStartError('address_in_use', `${host}:${String(port)} is taken by another program. Set server.port or ACCOUNT_DATA_PORT.`, error);
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new ServerStartError('address_unusable', `${host}:${String(port)} can't be listened at (${code}). Set server.host and server.port.`, error);
    }
    throw error;
  }
};

/** A projection that stopped for good does not end the server: /readyz says why, and nothing else is answered. */
const untilReady = async ({ projection }: AccountDataEngine, logger: Logger, stopped: AbortSignal | undefined): Promise<void> => {
  while (stopped?.aborted !== true && !(await projection.waitUntilReady(2_000))) {
    const { failed, position } = projection.health();
    if (failed !== undefined) {
      logger.fatal({ code: failed.code, position: failed.position }, failed.message);
      return;
    }
    logger.info({ position: String(position) }, 'The projection catches up with the log');
  }
};
