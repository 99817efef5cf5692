import { accessHeader } from '@account-data/service-api';
import type { Transport } from './http/Transport.js';
import type { AtLeast, ReadOptions } from './options.js';

/** The headers of a read: what it is for, and that its answer is not to be older than a position. */
export const readHeaders = (transport: Transport, options: ReadOptions, usually: AtLeast): Readonly<Record<string, string>> => ({
  ...(options.access === undefined ? {} : { [accessHeader]: options.access }),
  ...waitHeaders(transport, options, usually),
});

const waitHeaders = (
  { positions }: Transport,
  options: ReadOptions,
  usually: AtLeast,
): Readonly<Record<string, string>> => {
  const atLeast = options.atLeast ?? usually;
  if (atLeast === 'any') return {};
  const token = atLeast === 'latest' ? positions.token : atLeast;
  if (token === undefined) return {};
  return {
    'Account-Data-Wait-For': token,
    ...(options.waitTimeout === undefined ? {} : { Prefer: `wait=${String(Math.ceil(options.waitTimeout / 1_000))}` }),
  };
};

/** All items of a list that comes in pages. The consumer sets the pace: a page is asked for when it is needed. */
export async function* itemsOf<A>(
  page: (cursor: string | undefined) => Promise<{ readonly entries: ReadonlyArray<A>; readonly next?: string }>,
): AsyncGenerator<A, void, void> {
  let cursor: string | undefined;
  do {
    const { entries, next } = await page(cursor);
    yield* entries;
    cursor = next;
  } while (cursor !== undefined);
}

/** Without the properties that are undefined. */
export const defined = <A extends Readonly<Record<string, unknown>>>(
  values: A,
): { readonly [K in keyof A]?: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof A]?: Exclude<A[K], undefined>;
  };
