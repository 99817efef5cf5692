import { readFile } from 'node:fs/promises';

/** The version of this package. */
export const programVersion = async (): Promise<string> => {
  const parsed: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
};
