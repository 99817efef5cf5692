import { systemRuntime } from '@account-data/runtime';
import { Registry } from 'prom-client';
import { configuredTokens, folderTokens } from '../auth/tokenSources.js';
import type { ServerConfig } from '../config/ServerConfig.js';
import { listen } from '../http/listen.js';
import { makeHttpServer } from '../http/HttpServer.js';
import { loadTracing } from '../observability/loadTracing.js';
import { hostLogger } from '../observability/logging.js';
import { registerProcessMetrics } from '../observability/processMetrics.js';
import { openBesideOwner } from '../openStores.js';
import { programVersion } from '../programVersion.js';
import type { ServerEnvironment } from '../ServerEnvironment.js';
import { startEngine } from '../startEngine.js';
import { startInSteps } from '../startInSteps.js';
import type { RunningServer } from '../startServer.js';
import { untilReady } from '../untilReady.js';
import { answerMetrics } from './metricsOfOthers.js';
import { type ProcessPlace, ratesSocketOf, socketOf } from './ProcessPlace.js';
import { sharedLimits } from './sharedLimits.js';
import { ratesOfOwner } from './sharedRates.js';

/**
 * Starts a process beside the one that owns the log: it reads the log's files into a projection of its own, answers reads from it,
 * sends its writes to the owner, and passes on what it does not answer. See `decisions/0006`.
 *
 * @throws ServerStartError with a message for whoever starts it
 */
export const startBesideOwner = async (config: ServerConfig, environment: ServerEnvironment, place: ProcessPlace): Promise<RunningServer> => {
  const { logger } = environment;
  const runtime = environment.runtime ?? systemRuntime;
  return startInSteps(logger, async (undoneBy) => {
    const version = await programVersion();
    const tracing = await loadTracing(environment.env, version);
    if (tracing !== undefined) undoneBy(tracing.shutdown);
    const stores = await openBesideOwner(config, runtime, logger, place.index);
    undoneBy(stores.close);
    const engine = await startEngine(config, stores, {
      runtime,
      logger: hostLogger(logger),
      start: 'at-once',
      unfinishedErasures: 'leave',
      modules: { configured: [], ownership: stores.ownership },
    });
    undoneBy(engine.close);
    const registry = new Registry();
    registerProcessMetrics(registry);
    const rates = config.limits.requestsPerSecond === 0 ? undefined : ratesOfOwner(ratesSocketOf(place), runtime.timers);
    if (rates !== undefined) undoneBy(rates.close);
    const http = makeHttpServer({
      engine,
      config: { ...config, limits: sharedLimits(config.limits, place.count) },
      runtime,
      logger,
      tokens: [...configuredTokens(config, runtime, registry, logger), await folderTokens(config, runtime, logger)],
      registry,
      version,
      ...(rates === undefined ? {} : { rates }),
      owner: { socket: socketOf(place, 0), look: stores.look },
      ...(tracing === undefined ? {} : { tracing }),
    });
    undoneBy(http.close);
    undoneBy(await answerMetrics(place, http.metrics));
    await untilReady(engine, logger, environment.stopped);
    const url = await listen(http.app, config);
    logger.info({ process: place.index, pid: process.pid, position: String(engine.position()) }, 'Another process serves beside the owner of the log');
    return { url, engine, drain: http.drain };
  });
};
