const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const units: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', minute],
  ['h', hour],
  ['d', day],
  ['w', 7 * day],
]);

/** For errors: which times are understood. @category constants */
export const timeForms = '2026-11-24 09:00, 2026-11-24T09:00:00+01:00 (without an offset it is UTC), a day as 2026-11-24, "now", "today", "yesterday", or how long ago: 90s, 15m, 2h, 3d, 1w';

/**
 * A time as people write it, in milliseconds since the Unix epoch; undefined where it is none. `now` likewise, for what is
 * said in relation to it: `3d` is three times 24 hours ago, `today` the beginning of the day in UTC. A day is its beginning;
 * what names no offset is UTC, wherever it is read, so that the same text means the same to a program and to its server.
 *
 * @category constructors
 */
export const parseTime = (text: string, now: number): number | undefined => relative(text.trim().toLowerCase(), now) ?? absolute(text.trim());

const relative = (text: string, now: number): number | undefined => {
  const today = Math.floor(now / day) * day;
  switch (text) {
    case 'now':
      return now;
    case 'today':
      return today;
    case 'yesterday':
      return today - day;
    default: {
      const [, count, unit = ''] = /^(\d{1,6})([smhdw])(?: ago)?$/.exec(text) ?? [];
      const length = units.get(unit);
      return count === undefined || length === undefined ? undefined : now - Number(count) * length;
    }
  }
};

const form = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?([Zz]|[+-]\d\d:?\d\d))?)?$/;

const absolute = (text: string): number | undefined => {
  const found = form.exec(text);
  if (found === null) return undefined;
  const [, year = '', month = '', date = '', hours = '00', minutes = '00', seconds = '00', fraction = '', zone = 'Z'] = found;
  const time = Date.parse(`${year}-${month}-${date}T${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${offsetOf(zone)}`);
  // A day that a month does not have would be one of the next.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date))).getUTCDate() === Number(date);
  return Number.isNaN(time) || !isDay ? undefined : time;
};

const offsetOf = (zone: string): string => (zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase());
