/** Where in a configuration something stands: keys, and places in lists from 0. @category model */
export type ConfigPath = ReadonlyArray<string | number>;

/**
 * What is wrong with a configuration, and where. `parseConfig` throws it with the path within the module's `config`;
 * the loader puts the place in the file in front: `modules[0].config.audit_room: 'audit_room' is required`.
 *
 * @category errors
 */
export class ConfigError extends Error {
  readonly code = 'config_error';
  readonly path: ConfigPath;
  /** What is wrong, without the path. Never holds a configured value: it could be a secret. */
  readonly problem: string;

  constructor(problem: string, path: ConfigPath = []) {
    super(path.length === 0 ? problem : `${renderConfigPath(path)}: ${problem}`);
    this.name = 'ConfigError';
    this.problem = problem;
    this.path = path;
  }

  /** The same error seen from further up in the file. */
  under(prefix: ConfigPath): ConfigError {
    return new ConfigError(this.problem, [...prefix, ...this.path]);
  }
}

/** `modules[0].config.audit_room`; names that are not plain words are quoted. */
export const renderConfigPath = (path: ConfigPath): string => {
  let rendered = '';
  for (const step of path) {
    if (typeof step === 'number') rendered += `[${String(step)}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(step)) rendered += rendered === '' ? step : `.${step}`;
    else rendered += `[${JSON.stringify(step)}]`;
  }
  return rendered;
};
