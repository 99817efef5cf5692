import type { ContentDiff, JsonObject } from '@account-data/domain';
import { Pointer, applyPatch, createPatch } from 'rfc6902';
import type { Operation } from 'rfc6902';
import { type VoidableDiff, arrayDiff } from './arrayDiff.js';
import { type Comparisons, comparisons, comparisonsOfContent } from './Comparisons.js';

export type { ContentDiff } from '@account-data/domain';

/** Objects may have many members that only one of them has: each is looked at. */
const membersOf = (value: unknown): number => (typeof value === 'object' && value !== null ? Object.keys(value).length : 0);

/** Looks into values as long as comparisons are left; into the content itself always. */
const within = (budget: Comparisons): VoidableDiff => {
  const compare: VoidableDiff = (before: unknown, after: unknown, at) => {
    if (before === after) return [];
    if (Array.isArray(before) && Array.isArray(after)) return arrayDiff(before, after, at, budget, compare);
    const taken = budget.take(1 + membersOf(before) + membersOf(after));
    return taken || at.tokens.length === 1 ? undefined : [{ op: 'replace', path: at.toString(), value: after }];
  };
  return compare;
};

/**
 * Null stands for nothing there, which is the same as `{}`. What goes beyond the comparisons that are left is told as
 * replaced as a whole.
 */
export const contentDiff = (
  before: JsonObject | null,
  after: JsonObject | null,
  budget: Comparisons = comparisons(comparisonsOfContent),
): ContentDiff => {
  const patch = createPatch(before ?? {}, after ?? {}, within(budget));
  const working: unknown = structuredClone(before ?? {});
  const readable = patch.map((operation) => {
    const line = lineOf(operation, working);
    if (isOrdinary(operation.path)) applyPatch(working, [operation]);
    return line;
  });
  return { patch, readable };
};

const lineOf = (operation: Operation, before: unknown): string => {
  const { path } = operation;
  switch (operation.op) {
    case 'add':
      return `added ${path}: ${textOf(operation.value)}`;
    case 'remove':
      return `removed ${path}${wasAt(before, path, ', which was ')}`;
    case 'replace':
      return `changed ${path}${wasAt(before, path, ' from ')} to ${textOf(operation.value)}`;
    case 'move':
      return `moved ${operation.from} to ${path}`;
    case 'copy':
      return `copied ${operation.from} to ${path}`;
    case 'test':
      return `held ${path}: ${textOf(operation.value)}`;
  }
};

const textOf = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const wasAt = (document: unknown, path: string, words: string): string => {
  let value = document;
  for (const token of Pointer.fromJSON(path).tokens.slice(1)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return '';
    value = Object.getOwnPropertyDescriptor(value, token)?.value as unknown;
  }
  return words + textOf(value);
};

/** The library leaves these names alone, lest a patch change a prototype. Here they are data, told but not applied. */
const isOrdinary = (path: string): boolean =>
  !Pointer.fromJSON(path).tokens.some((token) => token === '__proto__' || token === 'constructor' || token === 'prototype');
