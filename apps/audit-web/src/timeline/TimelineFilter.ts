import { inputOfTime, timeOfInput } from '../text/times.js';

/** Which changes a timeline shows. Lives in the query of the address, so that a view can be shared. @category model */
export interface TimelineFilter {
  readonly show: 'account_data' | 'tags';
  readonly type?: string;
  readonly tag?: string;
  readonly roomId?: string | null;
  /** Milliseconds since the Unix epoch, inclusive. */
  readonly since?: number;
  /** The same, exclusive. */
  readonly until?: number;
  /** These times are those of recording; otherwise, of what was imported, the original ones. */
  readonly by?: 'recorded';
  readonly oldestFirst: boolean;
}

/** The word for account data that belongs to no room. */
export const global = 'global';

/** Reads a filter from an address. Times in it are RFC 3339. @category constructors */
export const filterOf = (query: URLSearchParams): TimelineFilter => {
  const time = (name: string): number | undefined => timeOfInput(query.get(name));
  const [type, tag, room, since, until] = [query.get('type'), query.get('tag'), query.get('room'), time('since'), time('until')];
  return {
    show: query.get('show') === 'tags' ? 'tags' : 'account_data',
    oldestFirst: query.get('order') === 'oldest',
    ...(type === null ? {} : { type }),
    ...(tag === null ? {} : { tag }),
    ...(room === null ? {} : { roomId: room === global ? null : room }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(query.get('by') === 'recorded' ? { by: 'recorded' } : {}),
  };
};

/** What a form was filled with, as the query of an address. Local times become UTC, so that a link means the same everywhere. */
export const queryOfForm = (form: FormData): Readonly<Record<string, string | undefined>> => {
  const text = (name: string): string | undefined => {
    const value = form.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const time = (name: string): string | undefined => {
    const value = timeOfInput(text(name) ?? null);
    return value === undefined ? undefined : new Date(value).toISOString();
  };
  return { type: text('type'), tag: text('tag'), room: text('room'), since: time('since'), until: time('until'), order: text('order') };
};

/** A time of a filter as its input takes it. */
export const inputValue = (time: number | undefined): string => (time === undefined ? '' : inputOfTime(time));

/** Whether anything is left out. @category predicates */
export const narrows = ({ type, tag, roomId, since, until }: TimelineFilter): boolean =>
  type !== undefined || tag !== undefined || roomId !== undefined || since !== undefined || until !== undefined;
