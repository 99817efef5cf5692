import * as E from 'fp-ts/lib/Either.js';
import { Position } from '@account-data/event-store';
import { durationOf } from '@account-data/runtime';
import { ConfigError, type ConfigPath } from '../api/ConfigError.js';
import { readSettings } from '../api/readSettings.js';
import { type Backoff, type FailurePolicy, type StartFrom, defaultBackoff } from '../api/ConfiguredModule.js';

/** A piece of configuration, or what is wrong with it and where. */
export type Parsed<A> = E.Either<ConfigError, A>;

const wrong = (path: ConfigPath, problem: string): E.Either<ConfigError, never> => E.left(new ConfigError(problem, path));

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `500ms`, `30s`, `5m`, `1h`; milliseconds inside. A number alone is milliseconds, as in the files of versions before this form. */
export const parseDuration = (value: unknown, path: ConfigPath): Parsed<number> => {
  const time = durationOf(value, 1);
  return time !== undefined && time > 0 ? E.right(time) : wrong(path, 'must be a time, written as 500ms, 30s, 5m or 1h');
};

export const parseCount = (value: unknown, path: ConfigPath): Parsed<number> =>
  typeof value === 'number' && Number.isInteger(value) && value > 0
    ? E.right(value)
    : wrong(path, 'must be an integer of 1 or more');

/** `now`, `start`, `{ position: "123" }` or `{ time: 2026-01-31T12:00:00Z }`. */
export const parseFrom = (value: unknown, path: ConfigPath): Parsed<StartFrom> => {
  if (value === 'now') return E.right({ _tag: 'Now' });
  if (value === 'start') return E.right({ _tag: 'Start' });
  if (isMapping(value) && Object.keys(value).length === 1) {
    const { position, time } = value;
    if (typeof position === 'string' && /^\d{1,20}$/.test(position)) {
      return E.right({ _tag: 'Position', position: Position(position) });
    }
    if (typeof position === 'number' && Number.isSafeInteger(position) && position >= 0) {
      return E.right({ _tag: 'Position', position: Position(position) });
    }
    const at = time instanceof Date ? time.getTime() : typeof time === 'string' ? Date.parse(time) : Number.NaN;
    if (Number.isFinite(at)) return E.right({ _tag: 'Time', time: at });
  }
  return wrong(path, 'must be now, start, { position: "123" } or { time: "2026-01-31T12:00:00Z" }');
};

/** `skip`, `retry`, `park`, or a mapping with `policy` and, where there is something to set, `attempts` and `backoff`. */
export const parseOnFailure = (value: unknown, path: ConfigPath): Parsed<FailurePolicy> => {
  if (!isMapping(value)) return parsePolicy(value, {}, path, path);
  const settings = readSettings(value, ['policy', 'attempts', 'backoff'], 'a mapping');
  if (E.isLeft(settings)) return E.left(settings.left.under(path));
  return parsePolicy(value['policy'], value, [...path, 'policy'], path);
};

const parsePolicy = (
  policy: unknown,
  settings: Readonly<Record<string, unknown>>,
  policyPath: ConfigPath,
  path: ConfigPath,
): Parsed<FailurePolicy> => {
  if (policy !== 'skip' && policy !== 'retry' && policy !== 'park') {
    return wrong(policyPath, 'must be skip, retry or park');
  }
  const { attempts, backoff } = settings;
  if (policy !== 'park' && attempts !== undefined) return wrong([...path, 'attempts'], 'goes with the policy park only');
  if (policy === 'skip') {
    return backoff === undefined
      ? E.right({ onFailure: 'skip' })
      : wrong([...path, 'backoff'], 'goes with the policies retry and park only');
  }
  const waits = parseBackoff(backoff, [...path, 'backoff']);
  if (E.isLeft(waits)) return waits;
  if (policy === 'retry') return E.right({ onFailure: 'retry', backoff: waits.right });
  const tries = attempts === undefined ? E.right(5) : parseCount(attempts, [...path, 'attempts']);
  return E.isLeft(tries) ? tries : E.right({ onFailure: 'park', attempts: tries.right, backoff: waits.right });
};

const parseBackoff = (value: unknown, path: ConfigPath): Parsed<Backoff> => {
  if (value === undefined || value === null) return E.right(defaultBackoff);
  const settings = readSettings(value, ['initial', 'maximum', 'factor'], 'a mapping with initial, maximum and factor');
  if (E.isLeft(settings)) return E.left(settings.left.under(path));
  const time = (name: 'initial' | 'maximum'): Parsed<number> => {
    const given = settings.right.get(name) ?? undefined;
    return given === undefined ? E.right(defaultBackoff[name]) : parseDuration(given, [...path, name]);
  };
  const first = time('initial');
  if (E.isLeft(first)) return first;
  const last = time('maximum');
  if (E.isLeft(last)) return last;
  const factor = settings.right.get('factor') ?? defaultBackoff.factor;
  if (typeof factor !== 'number' || !(factor >= 1)) return wrong([...path, 'factor'], 'must be a number of 1 or more');
  return E.right({ initial: first.right, maximum: Math.max(first.right, last.right), factor });
};
