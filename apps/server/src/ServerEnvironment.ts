import type { ModuleRef } from '@account-data/modules';
import type { AsyncScope, Runtime } from '@account-data/runtime';
import type { Logger } from 'pino';

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
