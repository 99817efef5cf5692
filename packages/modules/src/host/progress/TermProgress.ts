import type { HostLogger } from '../../api/ports.js';
import type { LoadedModule } from '../LoadedModule.js';
import { fitProgress } from './fitProgress.js';
import type { GroupProgress } from './ModuleProgress.js';

export interface TermProgressOptions {
  readonly modules: ReadonlyArray<Pick<LoadedModule, 'name'>>;
  /** How large the group's progress may be, but for what does not grow. */
  readonly progressBytes: number;
  readonly logger: HostLogger;
}

/** What a term writes down of the group: its own checkpoints beside those of modules that are not configured. */
export class TermProgress {
  readonly #initial: GroupProgress['modules'];
  readonly #options: TermProgressOptions;
  readonly #forgotten = new Set<string>();
  /** Modules whose progress was written with less than is known. */
  #widened: ReadonlySet<string> = new Set();

  /** `initial`: what was written when the term began. */
  constructor(initial: GroupProgress['modules'], options: TermProgressOptions) {
    this.#initial = initial;
    this.#options = options;
  }

  /** Checkpoints of modules that are not configured. */
  unknown(): GroupProgress['modules'] {
    const configured = new Set(this.#options.modules.map(({ name }) => name));
    const unknown = Object.entries(this.#initial).filter(([name]) => !configured.has(name) && !this.#forgotten.has(name));
    return Object.fromEntries(unknown);
  }

  /** Writes the checkpoint of a module that is not configured no more. */
  forget(name: string): void {
    this.#forgotten.add(name);
  }

  /** What is to be written, given what the term knows; warns once of each module of which that is less. */
  toWrite(known: GroupProgress): GroupProgress {
    const { progressBytes, logger } = this.#options;
    const { progress, widened } = fitProgress({ ...known, modules: { ...this.unknown(), ...known.modules } }, progressBytes);
    for (const module of widened) {
      if (this.#widened.has(module)) continue;
      logger.log('warn', 'Too many users wait to be written down: after a crash the module hears of handled changes again', { module });
    }
    this.#widened = new Set(widened);
    return progress;
  }
}
