import { ConfigError, type ModuleApi } from '@account-data/modules';
import { backoffDelay, pause, settlesWithin } from '@account-data/runtime';
import type { ProgramMessage } from './ProgramMessage.js';
import type { PythonConfig } from './PythonConfig.js';
import type { Ending, PythonProgram } from './PythonProgram.js';
import { startWatched } from './watchedProgram.js';

/** A program that takes deliveries. @category model */
export interface ReadyProgram {
  readonly port: number;
  readonly secret: string;
  readonly ended: Promise<Ending>;
}

/** Which program is kept, and who hears what it says. @category model */
export interface KeeperOptions {
  readonly config: PythonConfig;
  readonly api: Pick<ModuleApi, 'runtime' | 'logger'>;
  /** Everything but whether the program is ready and alive. */
  readonly onMessage: (message: ProgramMessage, program: PythonProgram) => void;
}

/** How long to wait before a program that ended is started again, in milliseconds. */
const backoff = { first: 250, longest: 30_000 };

/** Milliseconds that a program is given to end when it is asked to. */
const longestLeave = 5_000;

/**
 * Keeps one Python program running: starts it, starts it again when it ended, ends it when it no longer answers, and stops
 * it.
 *
 * @category model
 */
export class PythonKeeper {
  readonly #options: KeeperOptions;
  readonly #stopping = new AbortController();
  #program: PythonProgram | undefined;
  #ready: Promise<ReadyProgram>;
  #kept: Promise<void> = Promise.resolve();

  private constructor(options: KeeperOptions) {
    this.#options = options;
    this.#ready = this.#start();
  }

  /** Resolves when the program is ready. Rejects with a `ConfigError` where the module refuses its configuration. */
  static async start(options: KeeperOptions): Promise<PythonKeeper> {
    const keeper = new PythonKeeper(options);
    const first = await keeper.#ready;
    keeper.#kept = keeper.#keep(first);
    return keeper;
  }

  /** The program that takes deliveries: the one that runs, or the one that will. Never rejects while it is kept. */
  ready(): Promise<ReadyProgram> {
    return this.#ready;
  }

  /** Ends the program, and starts none any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const program = this.#program;
    if (program === undefined) return;
    program.leave();
    if (!(await settlesWithin(this.#options.api.runtime, longestLeave, program.ended))) program.kill();
    await program.ended;
    await this.#kept;
  }

  async #keep(first: ReadyProgram): Promise<void> {
    const { runtime, logger } = this.#options.api;
    const { signal } = this.#stopping;
    let running = first;
    for (;;) {
      const since = runtime.clock.monotonic();
      const ending = await running.ended;
      if (signal.aborted) return;
      logger.warn('The Python program of the module has ended, and is started again', { ending, milliseconds: Math.round(runtime.clock.monotonic() - since) });
      const next = this.#startUntilReady();
      this.#ready = next.then((program) => program ?? new Promise<never>(() => undefined));
      const started = await next;
      if (started === undefined) return;
      running = started;
      logger.info('The Python program of the module is ready again', {});
    }
  }

  /** Undefined: it was stopped meanwhile. */
  async #startUntilReady(): Promise<ReadyProgram | undefined> {
    const { runtime, logger } = this.#options.api;
    const { signal } = this.#stopping;
    for (let failures = 1; ; failures += 1) {
      await pause(runtime, failures === 1 ? 0 : backoffDelay(runtime, backoff, failures - 1), { signal });
      if (signal.aborted) return undefined;
      try {
        return await this.#start();
      } catch (error) {
        logger.error('The Python program of the module could not be started again', { problem: String(error), failures });
      }
    }
  }

  async #start(): Promise<ReadyProgram> {
    const { config, api, onMessage } = this.#options;
    const secret = newSecret(api);
    const { program, begun } = startWatched({ config, secret, api, begins: (message) => (message.type === 'ready' ? message.port : undefined), onMessage });
    this.#program = program;
    const port = await begun.catch((error: unknown) => {
      throw error instanceof ConfigError ? error.under(['config']) : error;
    });
    return { port, secret, ended: program.ended };
  }
}

/** 32 random bytes, new for each start: the hexadecimal digits of two UUIDs. */
const newSecret = ({ runtime: { random } }: Pick<ModuleApi, 'runtime'>): string =>
  `whsec_${Buffer.from(`${random.uuid()}${random.uuid()}`.replaceAll('-', ''), 'hex').toString('base64')}`;
