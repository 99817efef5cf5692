import { ConfigError } from '@account-data/modules';

/** Which class of Python the module is, and the Python that runs it. @category model */
export interface PythonConfig {
  /** A program on the PATH, or the path of one, as that of a virtual environment. */
  readonly python: string;
  /** `package.module.Class`, as in Synapse's configuration. */
  readonly className: string;
  /** What the class's `parse_config` is given. */
  readonly config: unknown;
  /** Folders where Python looks for it; relative ones begin where the server was started. */
  readonly pythonPath: ReadonlyArray<string>;
}

const settings = ['python', 'class', 'config', 'python_path'];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && !value.includes('\0');

/** Throws a `ConfigError`. The class's own config is looked at by the class, when the program starts. @category interpreters */
export const parsePythonConfig = (config: unknown): PythonConfig => {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ConfigError('must be a mapping with class and, as the class needs it, config');
  }
  const values = new Map<string, unknown>(Object.entries(config));
  for (const name of values.keys()) {
    if (!settings.includes(name)) {
      throw new ConfigError(`is not a setting of this module. Known here: ${settings.join(', ')}`, [name]);
    }
  }
  const className = values.get('class');
  if (className === undefined || className === null) throw new ConfigError("'class' is required", ['class']);
  if (!isText(className) || !/^[^\s.]+(\.[^\s.]+)+$/.test(className)) {
    throw new ConfigError("must be a module's name and a class's, as custom_account_data.CustomAccountDataModule", ['class']);
  }
  const python = values.get('python') ?? 'python3';
  if (!isText(python)) throw new ConfigError('must be a program, as python3 or the path of one', ['python']);
  const pythonPath: unknown = values.get('python_path') ?? [];
  if (!Array.isArray(pythonPath) || !pythonPath.every(isText)) throw new ConfigError('must be a list of folders', ['python_path']);
  return { python, className, config: values.get('config') ?? {}, pythonPath };
};
