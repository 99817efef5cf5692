import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Execution } from './Execution.js';

/** `serve`: the HTTP service, until it is stopped by SIGTERM or SIGINT. */
export const serveCommand = ({ exitWith, serve }: Execution): CommandUnknownOpts =>
  new Command('serve')
    .description('Runs the HTTP service until it is stopped (SIGTERM, SIGINT).')
    .option('--config <file>', 'configuration (default: ACCOUNT_DATA_CONFIG, or ./account-data.yaml if it is there)')
    .option('--check', 'only say whether the configuration is right: read it, load its modules, and have them look at theirs')
    .action(async (options) => {
      exitWith(await serve(options)());
    });
