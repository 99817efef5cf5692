import { StreamName, maxBatchBytes } from '@account-data/event-store';
import { asyncScope } from '@account-data/runtime';
import type { HostLogger } from '../api/ports.js';
import { readChangeWith } from './delivery/Change.js';
import { Invoker } from './delivery/Invoker.js';
import type { LoadedModule } from './LoadedModule.js';
import { HostLifecycle } from './HostLifecycle.js';
import type { ModuleHost, ModuleHostOptions } from './ModuleHost.js';
import { type ModuleRef, isDelivery } from './ModuleRef.js';
import { administration } from './operations/administration.js';
import { erasing } from './operations/erasing.js';
import { hostStatus } from './operations/hostStatus.js';
import { waiting } from './operations/waiting.js';
import { ParkedStreams } from './parked/ParkedStreams.js';
import { CauseChains } from './setup/CauseChains.js';
import { setUpModule } from './setup/setUpModule.js';
import type { TermOptions } from './TermOptions.js';

const silent: HostLogger = { log: () => undefined };

/**
 * Makes the host of a group of modules. Nothing happens before `start`.
 *
 * @category constructors
 */
export const createModuleHost = (options: ModuleHostOptions): ModuleHost => {
  const { store, names, runtime } = options;
  const group = options.group ?? 'default';
  const owner = options.owner ?? runtime.random.uuid();
  const logger = options.logger ?? silent;
  const scope = options.scope ?? asyncScope<ModuleRef>();
  const lease = options.ownership?._tag === 'Leased' ? options.ownership.lease : null;
  refuseEqualNames(options);

  const parked = new ParkedStreams({
    store,
    nameOf: names.parked,
    formerNames: (module) => lifecycle.formerNames(module),
    runtime,
    logger,
  });
  const causes = new CauseChains(options.maxCausationDepth ?? 16);
  const setUpOptions = {
    runtime,
    scope,
    logger,
    causes,
    accountData: options.accountData,
    rooms: options.rooms,
    previousContent: options.previousContent,
    timeout: options.setUpTimeout ?? 60_000,
  };

  const term = (modules: ReadonlyArray<LoadedModule>): TermOptions => ({
    store,
    runtime,
    logger,
    modules,
    parked,
    owner,
    lease,
    metrics: options.metrics,
    invoker: new Invoker(
      {
        runtime,
        scope,
        logger,
        blockedAfter: options.blockedAfter ?? 200,
        metrics: options.metrics,
        tracer: options.tracer,
        watchdog: options.watchdog,
      },
      modules,
    ),
    accountDataPrefix: names.accountDataPrefix,
    readChange: readChangeWith(options.cipher),
    progressStream: StreamName(names.modules(group)),
    isErased: options.isErased ?? (() => false),
    maxInFlight: options.maxInFlight ?? 64,
    maxPending: options.maxPending ?? 2_048,
    maxHeldUsers: options.maxHeldUsers ?? 1_000,
    progressBytes: options.checkpoint?.bytes ?? (maxBatchBytes * 3) / 4,
    checkpointDeliveries: options.checkpoint?.deliveries ?? 10_000,
    checkpointMilliseconds: options.checkpoint?.milliseconds ?? (lease === null ? 500 : 50),
    slowAfter: options.checkpoint?.slowAfter ?? 1_000,
    checkpointMillisecondsAwaited: Math.min(50, options.checkpoint?.milliseconds ?? 50),
  });

  const lifecycle: HostLifecycle = new HostLifecycle({
    modules: options.modules,
    onlyObserves: options.ownership?._tag === 'Observed',
    setUp: (module) => setUpModule(module, setUpOptions),
    term,
    runtime,
    logger,
  });
  const status = (): ReturnType<ModuleHost['status']> => hostStatus({ group, owner, runtime, parked, lifecycle });

  return {
    start: () => lifecycle.start(),
    stop: (timeout = 10_000) => lifecycle.stop(timeout),
    status,
    currentDelivery: () => {
      const running = scope.current();
      return running !== undefined && isDelivery(running) ? running : undefined;
    },
    ...waiting({ store, runtime, scope, lifecycle, accountDataPrefix: names.accountDataPrefix, parked }),
    ...administration({ store, lifecycle, parked }),
    ...erasing({ runtime, scope, lifecycle, parked, streamOf: names.accountData }),
  };
};

const refuseEqualNames = ({ modules }: ModuleHostOptions): void => {
  const names = new Set<string>();
  for (const { name } of modules) {
    if (names.has(name)) throw new TypeError(`Two modules are named ${name}. Give one of them another name.`);
    names.add(name);
  }
  for (const { name, renamedFrom } of modules) {
    if (renamedFrom === undefined || !names.has(renamedFrom)) continue;
    throw new TypeError(`The module ${name} can't be renamed from ${renamedFrom}: a module of that name is there.`);
  }
};
