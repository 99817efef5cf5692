import { brief, shown } from '../text/shown.js';
import { type JsonDiff, diffJson } from './JsonDiff.js';

/** A change in a few words: the first keys that changed, from what to what. */
export const summarize = (before: unknown, after: unknown): string => {
  const found: Array<string> = [];
  const more = collect(found, before === null ? { _tag: 'Added', value: after } : diffJson(before, after), '');
  if (found.length === 0) return 'unchanged';
  return more > mostShown ? `${found.join(', ')} and ${String(more - mostShown)} more` : found.join(', ');
};

const mostShown = 2;

/** How many places changed. */
const collect = (found: Array<string>, diff: JsonDiff, path: string): number => {
  const tell = (text: string): number => {
    if (found.length < mostShown) found.push(text);
    return 1;
  };
  const name = path === '' ? '' : `${shown(path)}: `;
  switch (diff._tag) {
    case 'Same':
      return 0;
    case 'Added':
      return tell(`${name}${brief(diff.value)}`);
    case 'Removed':
      return tell(`${name}removed`);
    case 'Replaced':
      return tell(`${name}${brief(diff.before, 24)} → ${brief(diff.after, 36)}`);
    case 'Members':
      return diff.members.reduce((count, [key, member]) => count + collect(found, member, path === '' ? key : `${path}.${key}`), 0);
    case 'Items':
      return diff.items.reduce((count, item, index) => count + collect(found, item, `${path}[${String(index)}]`), 0);
  }
};
