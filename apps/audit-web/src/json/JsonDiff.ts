import { diffArrays } from 'diff';

/** How one JSON value became another, following their structure. @category model */
export type JsonDiff =
  | { readonly _tag: 'Same'; readonly value: unknown }
  | { readonly _tag: 'Added'; readonly value: unknown }
  | { readonly _tag: 'Removed'; readonly value: unknown }
  | { readonly _tag: 'Replaced'; readonly before: unknown; readonly after: unknown }
  | { readonly _tag: 'Members'; readonly members: ReadonlyArray<readonly [key: string, diff: JsonDiff]> }
  | { readonly _tag: 'Items'; readonly items: ReadonlyArray<JsonDiff> };

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value);

/** Text that is equal exactly for values that are equal as JSON, in whatever order their keys are. */
const canonical = (value: unknown): string => {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
};

/**
 * Compares member by member and item by item. Keys keep the order of the new value; one that went stands where it was
 * among those that stayed.
 *
 * @category constructors
 */
export const diffJson = (before: unknown, after: unknown): JsonDiff => {
  if (canonical(before) === canonical(after)) return { _tag: 'Same', value: after };
  if (isObject(before) && isObject(after)) return { _tag: 'Members', members: members(before, after) };
  if (isList(before) && isList(after)) {
    const items = itemsOf(before, after);
    if (items !== undefined) return { _tag: 'Items', items };
  }
  return { _tag: 'Replaced', before, after };
};

const members = (before: JsonObject, after: JsonObject): ReadonlyArray<readonly [string, JsonDiff]> => {
  /** What went, by the key before it that stayed. */
  const gone = new Map<string | undefined, Array<readonly [string, JsonDiff]>>();
  let stayed: string | undefined;
  for (const key of Object.keys(before)) {
    if (Object.hasOwn(after, key)) stayed = key;
    else gone.set(stayed, [...(gone.get(stayed) ?? []), [key, { _tag: 'Removed', value: before[key] }]]);
  }
  const ofAfter = Object.keys(after).flatMap((key) => [
    [key, Object.hasOwn(before, key) ? diffJson(before[key], after[key]) : ({ _tag: 'Added', value: after[key] } as const)] as const,
    ...(gone.get(key) ?? []),
  ]);
  return [...(gone.get(undefined) ?? []), ...ofAfter];
};

/** More edits than this are told as a replacement: nobody reads them one by one. */
const mostEdits = 500;

const itemsOf = (before: ReadonlyArray<unknown>, after: ReadonlyArray<unknown>): ReadonlyArray<JsonDiff> | undefined => {
  const parts = diffArrays(before.map(canonical), after.map(canonical), { maxEditLength: mostEdits });
  if (parts === undefined) return undefined;
  const items: Array<JsonDiff> = [];
  let old = 0;
  let young = 0;
  for (const [index, part] of parts.entries()) {
    const following = parts[index + 1];
    const preceding = parts[index - 1];
    if (part.removed) {
      // As many new ones in the place of old ones: each became the other.
      const pairs = following?.added === true && following.count === part.count;
      for (let step = 0; step < part.count; step += 1) {
        const value = before[old + step];
        items.push(pairs ? diffJson(value, after[young + step]) : { _tag: 'Removed', value });
      }
      old += part.count;
    } else if (part.added) {
      const paired = preceding?.removed === true && preceding.count === part.count;
      if (!paired) for (let step = 0; step < part.count; step += 1) items.push({ _tag: 'Added', value: after[young + step] });
      young += part.count;
    } else {
      for (let step = 0; step < part.count; step += 1) items.push({ _tag: 'Same', value: after[young + step] });
      old += part.count;
      young += part.count;
    }
  }
  return items;
};
