import { readFileSync } from 'node:fs';
import { pathFrom } from './homePath.js';
import type { ConfigFault } from './ServerConfig.js';

/** Where each secret of the server's part of the file may stand; `*` is any item of a list. */
const secrets: ReadonlyArray<ReadonlyArray<string>> = [
  ['store', 'connection_string'],
  ['auth', 'tokens', '*', 'token'],
  ['rooms', 'access_token'],
  ['rooms', 'application_service_token'],
  ['follow', 'synapse', 'postgres'],
];

/** What the files and variables of secrets are looked up in. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths begin here. */
  readonly folder: string;
}

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A secret in a file: all of it but line ends at its end, which editors and `echo` leave. */
const fromFile = (path: string): { readonly secret: string } | { readonly fault: string } => {
  try {
    const secret = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    return secret === '' ? { fault: 'names a file that is empty' } : { secret };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { fault: code === 'ENOENT' ? 'names a file that is not there' : `names a file that can't be read (${code})` };
  }
};

/**
 * Puts secrets where they are meant, before the file is decoded: `token_file: PATH` is the content of a file, and
 * `token_env: NAME` an environment variable, instead of `token`; the same for every other secret.
 */
export const withSecrets = (written: unknown, sources: SecretSources): Filled => fillSecrets(written, secrets, sources);

/** What was written, with its secrets in place, and those that can't be had. */
export interface Filled {
  readonly value: unknown;
  readonly faults: ReadonlyArray<ConfigFault>;
}

/** The same for secrets at other paths. */
export const fillSecrets = (written: unknown, paths: ReadonlyArray<ReadonlyArray<string>>, sources: SecretSources): Filled => {
  const faults: Array<ConfigFault> = [];
  const filled = (mapping: Mapping, name: string, path: string): Mapping => {
    const { [`${name}_file`]: file, [`${name}_env`]: variable, ...rest } = mapping;
    const given = [mapping[name], file, variable].filter((value) => value !== undefined && value !== null);
    if (given.length > 1) {
      faults.push({ path, message: `must have only one of ${name}, ${name}_file and ${name}_env` });
      return rest;
    }
    const put = (key: string, found: { readonly secret: string } | { readonly fault: string }): Mapping => {
      if ('secret' in found) return { ...rest, [name]: found.secret };
      faults.push({ path: path === '' ? key : `${path}.${key}`, message: found.fault });
      return { ...rest, [name]: 'unknown' };
    };
    if (typeof file === 'string' && file !== '') return put(`${name}_file`, fromFile(pathFrom(sources.folder, file, sources.env)));
    if (typeof variable === 'string' && variable !== '') {
      const secret = sources.env[variable] ?? '';
      return put(`${name}_env`, secret === '' ? { fault: `names the variable ${variable}, which is not set` } : { secret });
    }
    return mapping;
  };
  const visit = (value: unknown, [key, ...deeper]: ReadonlyArray<string>, path: string): unknown => {
    if (key === '*') return Array.isArray(value) ? value.map((item, index) => visit(item, deeper, `${path}[${index}]`)) : value;
    if (key === undefined || !isMapping(value)) return value;
    if (deeper.length === 0) return filled(value, key, path);
    return value[key] === undefined ? value : { ...value, [key]: visit(value[key], deeper, path === '' ? key : `${path}.${key}`) };
  };
  return { value: paths.reduce((value, path) => visit(value, path, ''), written), faults };
};
