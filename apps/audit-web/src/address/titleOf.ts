import { shown } from '../text/shown.js';
import type { Address } from './Address.js';

const titles: ReadonlyMap<string, string> = new Map([['log', 'All changes'], ['find', 'Find changes'], ['who', 'Who looked'], ['modules', 'Modules'], ['projection', 'Projection']]);
const parts: ReadonlyMap<string, string> = new Map([['state', 'State over time'], ['who', 'Who looked']]);

/** What a document is called that shows an address, from the particular to the general. @category destructors */
export const titleOf = ({ path: [view, subject, part], query }: Address): string => {
  const ofPage = 'Account data audit';
  if (view === undefined) return `Users · ${ofPage}`;
  if (view !== 'user' || subject === undefined) return `${titles.get(view) ?? 'No such view'} · ${ofPage}`;
  const ofUser = parts.get(part ?? '') ?? (query.get('show') === 'tags' ? 'Room tags' : 'Account data');
  return [...(query.has('change') ? ['Change'] : []), ofUser, shown(subject), ofPage].join(' · ');
};
