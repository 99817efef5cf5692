import type { ServerEnvironment } from '../ServerEnvironment.js';
import { ServerStartError } from '../ServerStartError.js';
import { tracingChoice } from './Tracing.js';
import type { Tracing } from './Tracing.js';

/** OpenTelemetry, where the environment asks for it. */
export const loadTracing = async (env: ServerEnvironment['env'], version: string): Promise<Tracing | undefined> => {
  const choice = tracingChoice(env);
  switch (choice._tag) {
    case 'Off':
      return undefined;
    case 'Unusable':
      throw new ServerStartError('config_invalid', `${choice.variable} ${choice.message} (environment variable).`);
    case 'On': {
      const { openTelemetry } = await import('./openTelemetry.js');
      return openTelemetry(choice.settings, version);
    }
  }
};
