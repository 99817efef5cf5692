import { markdownTable, shortNumber } from '../markdownTable.js';
import type { KeptLine } from '../Survey.js';
import type { Turns } from '../turnWatch.js';
import type { BesideResult } from './besideLoad.js';
import type { MixedLoadResult } from './mixedLoad.js';

/** One server in one situation. @category model */
export interface TailsResult {
  readonly name: string;
  readonly load: MixedLoadResult;
  readonly turns: Turns;
  /** How long it was measured, in seconds. */
  readonly seconds: number;
  readonly beside: BesideResult;
}

const each = (of: (load: MixedLoadResult) => number, about: string, unit: string) => ({ about, unit, value: ({ load }: TailsResult) => of(load) });

const numbers: { readonly [name: string]: { readonly about: string; readonly unit: string; readonly value: (result: TailsResult) => number } } = {
  rate: each(({ put, get }) => put.rate + get.rate, 'requests/s', 'requests/s'),
  putP50: each(({ put }) => put.p50, 'PUT p50, ms', 'ms'),
  putP99: each(({ put }) => put.p99, 'PUT p99', 'ms'),
  putP999: each(({ put }) => put.p999, 'PUT p99.9', 'ms'),
  putMost: each(({ put }) => put.most, 'PUT, slowest', 'ms'),
  getP50: each(({ get }) => get.p50, 'GET p50', 'ms'),
  getP99: each(({ get }) => get.p99, 'GET p99', 'ms'),
  getP999: each(({ get }) => get.p999, 'GET p99.9', 'ms'),
  getMost: each(({ get }) => get.most, 'GET, slowest', 'ms'),
  longestTurn: { about: 'longest turn', unit: 'ms', value: ({ turns }) => turns.longest },
  longestCollection: { about: 'longest collection', unit: 'ms', value: ({ turns }) => turns.longestCollection },
  collections: { about: 'collections, ms of each second', unit: 'ms/s', value: ({ turns, seconds }) => turns.collections / seconds },
};

const besideText = ({ beside: { rebuild, export: exports, feeds } }: TailsResult): string =>
  [
    ...(rebuild === undefined ? [] : [`${String(rebuild)} rebuilds`]),
    ...(exports === undefined ? [] : [`${String(exports)} exports`]),
    ...(feeds === undefined ? [] : [`${shortNumber(feeds)} parts of feeds`]),
  ].join(', ') || '–';

/** A row for each server and situation. */
export const tailsTable = (results: ReadonlyArray<TailsResult>): string =>
  markdownTable<TailsResult>(
    [['', ({ name }) => name], ...Object.values(numbers).map(({ about, value }) => [about, (result: TailsResult) => shortNumber(value(result))] as const), ['meanwhile', besideText]],
    results,
  );

/** What is kept of them. */
export const tailsLines = (results: ReadonlyArray<TailsResult>): ReadonlyArray<KeptLine> =>
  results.flatMap((result) => Object.entries(numbers).map(([name, { unit, value }]) => ({ name: `tails/${result.name}/${name}`, value: value(result), unit })));
