import type { Position, ReadFrom } from '@account-data/event-store';
import type { ReplayOptions, ReplayProgress, RunningReplay } from './ModuleHost.js';

/** The replays that run, with how far each is. */
export class RunningReplays {
  readonly #running = new Map<RunningReplay, string>();

  /** Those of a module. */
  of(module: string): ReadonlyArray<RunningReplay> {
    return [...this.#running].filter(([, name]) => name === module).map(([running]) => running);
  }

  /** Runs a replay with options that tell how far it is, and knows of it until it has ended. */
  async follow<A>(
    module: string,
    from: ReadFrom,
    to: Position,
    options: ReplayOptions,
    run: (options: ReplayOptions) => Promise<A>,
  ): Promise<A> {
    let running: RunningReplay = { position: from, deliveries: 0, failures: 0, to };
    this.#running.set(running, module);
    const onProgress = (progress: ReplayProgress): void => {
      this.#running.delete(running);
      running = { ...progress, to };
      this.#running.set(running, module);
      options.onProgress?.(progress);
    };
    try {
      return await run({ ...options, onProgress });
    } finally {
      this.#running.delete(running);
    }
  }
}
