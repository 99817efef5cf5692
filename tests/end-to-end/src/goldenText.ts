const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? Array.isArray(value)
      ? value.map(sorted)
      : value
    : Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, member]) => [key, sorted(member)]),
      );

/** JSON text with the properties of its objects in order, for their order promises nothing; other text as it is. */
export const sortedJson = (text: string, indent?: number): string => {
  try {
    return JSON.stringify(sorted(JSON.parse(text)), null, indent);
  } catch {
    return text;
  }
};

/** Text with what differs from run to run replaced: UUIDs numbered by first appearance, times, positions, durations. */
export const goldenText = (text: string): string => {
  const known = new Map<string, string>();
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (uuid) => {
      if (!known.has(uuid)) known.set(uuid, `<uuid ${known.size + 1}>`);
      return known.get(uuid) ?? uuid;
    })
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replace(/(["_]?(?:position|origin_server_ts|duration_ms|rate)"?:\s*"?)\d+(?:\.\d+)?/g, '$1<n>')
    .replace(/((?:^|\s)(?:at )?position )\d+/gm, '$1<n>')
    .replace(/"id":\s*"\d+"/g, '"id":"<n>"')
    .replace(/\bs?\d+_(?=<uuid)/g, '<n>_')
    .replace(/\b[0-9a-f]{8}-[0-9a-z]+\b/g, '<request>')
    .replace(/"next": "[A-Za-z0-9_-]+"/g, '"next": "<cursor>"')
    .replace(/("(?:time|original_time)":)\d+/g, '$1<time>')
    .replace(/without \d+ entries \(\d+ bytes before, \d+ after\)/g, 'without <n> entries (<n> bytes before, <n> after)')
    .replace(/127\.0\.0\.1:\d+/g, '<address>');
};
