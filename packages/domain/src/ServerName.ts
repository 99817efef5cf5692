/**
 * Whether a string is a Matrix server name: a DNS name, an IPv4 literal or a bracketed IPv6 literal, and perhaps a port
 * of one to five digits. Names are compared case-sensitively.
 *
 * Source: Matrix specification, appendices, "Server Name".
 *
 * @category predicates
 */
export const isServerName = (text: string): boolean => isServerNameFrom(text, 0);

/** Whether the rest of a string, from `start` on, is a server name. */
export const isServerNameFrom = (text: string, start: number): boolean => {
  if (text.charCodeAt(start) === openBracket) {
    const close = text.indexOf(']', start);
    return close > 0 && isIpv6(text.slice(start + 1, close)) && isPortFrom(text, close + 1);
  }
  let end = start;
  let numeric = true;
  for (; end < text.length; end += 1) {
    const unit = text.charCodeAt(end);
    if (unit === colon) break;
    if (isDigit(unit) || unit === dot) continue;
    if (!isLetter(unit) && unit !== hyphen) return false;
    numeric = false;
  }
  const length = end - start;
  if (length === 0 || length > maxDnsNameLength) return false;
  return (!numeric || isNumericHost(text.slice(start, end))) && isPortFrom(text, end);
};

const openBracket = 0x5b;
const colon = 0x3a;
const dot = 0x2e;
const hyphen = 0x2d;
const maxDnsNameLength = 255;

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
const isLetter = (unit: number): boolean => (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);

/** The end of the text, or `:` and one to five digits. */
const isPortFrom = (text: string, start: number): boolean => {
  if (start === text.length) return true;
  const digits = text.length - start - 1;
  if (text.charCodeAt(start) !== colon || digits < 1 || digits > 5) return false;
  for (let i = start + 1; i < text.length; i += 1) if (!isDigit(text.charCodeAt(i))) return false;
  return true;
};

/** Four groups of digits are an IPv4 literal and must be one; other digits and dots match the grammar of DNS names. */
const isNumericHost = (host: string): boolean => {
  const groups = host.split('.');
  return groups.length !== 4 || groups.includes('') || isIpv4(groups);
};

const isIpv4 = (groups: ReadonlyArray<string>): boolean =>
  groups.length === 4 && groups.every((group) => /^\d{1,3}$/.test(group) && Number(group) <= 255);

/** RFC 3513, section 2.2: eight groups of up to four hex digits, one run of them perhaps as `::`, perhaps an IPv4 tail. */
const isIpv6 = (text: string): boolean => {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const tail = groups.at(-1);
  const hasIpv4Tail = tail?.includes('.') === true && !text.endsWith('::');
  if (hasIpv4Tail && !isIpv4(tail.split('.'))) return false;
  const hexGroups = hasIpv4Tail ? groups.slice(0, -1) : groups;
  if (!hexGroups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const length = hexGroups.length + (hasIpv4Tail ? 2 : 0);
  return halves.length === 2 ? length < 8 : length === 8;
};
