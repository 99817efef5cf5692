import * as E from 'fp-ts/lib/Either.js';
import { Position } from '@account-data/event-store';
import { ConfigError, type ConfigPath } from '../api/ConfigError.js';
import { readSettings } from '../api/readSettings.js';
import { type Backoff, type FailurePolicy, type StartFrom, defaultBackoff } from '../api/ConfiguredModule.js';

/** A piece of configuration, or what is wrong with it and where. */
export type Parsed<A> = E.Either<ConfigError, A>;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const wrong = (path: ConfigPath, problem: string): E.Either<ConfigError, never> => E.left(new ConfigError(problem, path));

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `500ms`, `30s`, `5m`, `1h`, or a number of milliseconds. */
export const parseDuration = (value: unknown, path: ConfigPath): Parsed<number> => {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return E.right(value);
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(value) : null;
  const unit = match === null ? undefined : units[match[2] ?? ''];
  const amount = Number(match?.[1]);
  if (unit === undefined || !(amount > 0)) {
    return wrong(path, 'must be a time as 500ms, 30s, 5m or 1h, or a number of milliseconds');
  }
  return E.right(amount * unit);
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
  const given = (name: keyof Backoff): unknown => settings.right.get(name) ?? defaultBackoff[name];
  const first = parseDuration(given('initial'), [...path, 'initial']);
  if (E.isLeft(first)) return first;
  const last = parseDuration(given('maximum'), [...path, 'maximum']);
  if (E.isLeft(last)) return last;
  const factor = given('factor');
  if (typeof factor !== 'number' || !(factor >= 1)) return wrong([...path, 'factor'], 'must be a number of 1 or more');
  return E.right({ initial: first.right, maximum: Math.max(first.right, last.right), factor });
};
