import { checkModules, type ModuleRef } from '@account-data/modules';
import { asyncScope, onStrayErrors, type StrayListener, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { withBoundHeap } from './boundHeap.js';
import { loadConfig } from './config/loadConfig.js';
import { describeConfigInvalid, type ServerConfig } from './config/ServerConfig.js';
import { lineDestination } from './observability/lineDestination.js';
import { hostLogger, makeLogger } from './observability/logging.js';
import { reportStrayError } from './observability/strayErrors.js';
import { terminalLog } from './observability/terminalLog.js';
import { placeOfText, placeVariable } from './processes/ProcessPlace.js';
import { startBesideOwner } from './processes/startBesideOwner.js';
import { supervise } from './processes/supervise.js';
import { supervised } from './processes/supervised.js';
import { configuredModules, moduleRefused } from './configuredModules.js';
import { startServer } from './startServer.js';
import { startErrorOf } from './ServerStartError.js';

/** What `main` touches of its process. @category model */
export interface MainWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where `./account-data.yaml` is looked for. */
  readonly cwd: string;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Aborted when the process is asked to stop. */
  readonly stopped: AbortSignal;
  /** Whether a terminal shows standard error: the log is text there, and JSON everywhere else. Default false. */
  readonly isTerminal?: boolean;
  /** Has the listener told of errors that nobody handles, in the context they were thrown in; what it does not contain ends the process. */
  readonly onStrayErrors?: (listener: StrayListener) => void;
}

/** This process: SIGTERM and SIGINT stop it. @category constructors */
export const processMainWorld = (): MainWorld => {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop.abort();
    });
  }
  // A server goes on where what it prints can't be written.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  return {
    env: process.env,
    cwd: process.cwd(),
    print: (text) => {
      process.stdout.write(`${text}\n`);
    },
    printError: (text) => {
      process.stderr.write(`${text}\n`);
    },
    stopped: stop.signal,
    isTerminal: process.stderr.isTTY,
    onStrayErrors,
  };
};

/**
 * Runs the server until it is asked to stop. Arguments, without Node and program: `[--config FILE] [--check]`; with the
 * second it only says whether the configuration is right. The log goes to
 * standard error, what people need to read to standard output.
 *
 * `settings` go before those of the configuration.
 *
 * Gives the exit code: 0 stopped as asked, 1 could not start, 2 the arguments were wrong.
 */
export const main = async (
  argv: ReadonlyArray<string>,
  world: MainWorld = processMainWorld(),
  settings: Pick<ServerConfig, 'follow'> = {},
): Promise<number> => {
  const place = placeOfText(world.env[placeVariable]);
  const among = place === undefined ? undefined : { place, ...supervised() };
  const stopped = among?.stopped ?? world.stopped;
  const given = givenArguments(argv);
  if (E.isLeft(given)) {
    world.printError(`${given.left}\nUsage: [--config FILE] [--check]`);
    return 2;
  }
  const config = await loadConfig({
    env: world.env,
    cwd: world.cwd,
    ...(given.right.config === undefined ? {} : { file: given.right.config }),
  })();
  if (E.isLeft(config)) {
    world.printError(describeConfigInvalid(config.left));
    among?.leave();
    return 1;
  }
  const log = lineDestination(2);
  const logger = makeLogger(config.right.logLevel, world.isTerminal === true ? terminalLog(log) : log);
  try {
    if (given.right.check) return await check({ ...config.right, ...settings }, world, logger);
    const scope = asyncScope<ModuleRef>();
    world.onStrayErrors?.((thrown, kind) => {
      const isContained = reportStrayError(logger, scope.current(), thrown, kind);
      if (!isContained) log.flushSync();
      return isContained;
    });
    const { processes } = config.right.server;
    if (processes > 1 && among === undefined) return await supervise(processes, stopped, logger);
    const options = { env: world.env, logger, print: world.print, stopped, scope };
    const whole = { ...config.right, ...settings };
    const server = await withBoundHeap(() =>
      among === undefined || among.place.index === 0 ? startServer(whole, options, among?.place) : startBesideOwner(whole, options, among.place),
    );
    among?.tellReady();
    among?.draining.addEventListener('abort', server.drain, { once: true });
    void withBoundHeap(() => server.engine.projection.waitUntilReady(catchUpTime));
    await aborted(stopped);
    logger.info('Stopping: requests in flight finish first');
    await server.close();
    logger.info('Stopped');
    return 0;
  } catch (error) {
    const problem = startErrorOf(error);
    // Said once: to people as text, to programs that collect the log in its form.
    if (world.isTerminal !== true && logger.isLevelEnabled('fatal')) logger.fatal({ code: problem.code }, problem.message);
    else world.printError(`account-data: ${problem.message} (${problem.code})`);
    return 1;
  } finally {
    among?.leave();
    log.flushSync();
  }
};

/** Whether a server could be started with a configuration: its modules are loaded and look at theirs, but are not set up. */
const check = async (config: ServerConfig, world: MainWorld, logger: Logger): Promise<number> => {
  try {
    const modules = await configuredModules(config, asyncScope<ModuleRef>(), world.env);
    const checked = await checkModules(modules, { runtime: systemRuntime, logger: hostLogger(logger) })();
    if (E.isLeft(checked)) throw moduleRefused(config, checked.left);
    const names = modules.length === 0 ? 'none' : modules.map(({ name }) => name).join(', ');
    const followed = config.follow === undefined ? '' : ` Follows ${config.follow.serverName}, whose database was not asked: account-data follow-synapse --check does.`;
    world.print(`${config.file ?? 'The default configuration'} is right. Data folder: ${config.store.path}. Modules: ${names}.${followed}`);
    return 0;
  } catch (error) {
    const problem = startErrorOf(error);
    world.printError(`account-data: ${problem.message} (${problem.code})`);
    return 1;
  }
};

interface GivenArguments {
  readonly config?: string | undefined;
  readonly check: boolean;
}

const givenArguments = (argv: ReadonlyArray<string>): E.Either<string, GivenArguments> => {
  try {
    const { config, check = false } = parseArgs({ args: [...argv], options: { config: { type: 'string' }, check: { type: 'boolean' } }, strict: true }).values;
    return E.right({ config, check });
  } catch (error) {
    return E.left(error instanceof Error ? error.message : 'The arguments can\'t be read.');
  }
};

/** How long a catch-up may go on with the heap bound, in milliseconds. */
const catchUpTime = 3_600_000;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => { resolve(); }, { once: true });
  });
