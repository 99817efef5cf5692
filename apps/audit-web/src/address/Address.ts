/**
 * Where the page is: steps of a path and a query, in the fragment of the URL. A fragment is never sent: neither the server's
 * log nor a proxy's learns whose data was looked at, and no other site is told.
 *
 * @category model
 */
export interface Address {
  readonly path: ReadonlyArray<string>;
  readonly query: URLSearchParams;
}

/** Reads a fragment, with or without its `#`. What can't be decoded stands for itself. @category constructors */
export const addressOf = (fragment: string): Address => {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split('?', 2);
  return { path: path.split('/').filter((step) => step !== '').map(decoded), query: new URLSearchParams(query) };
};

const decoded = (step: string): string => {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
};

/** What a query is changed to: undefined and the empty text remove a parameter. @category model */
export type QueryChange = Readonly<Record<string, string | undefined>>;

/** The link to an address. User IDs stay readable in it. @category destructors */
export const linkTo = (path: ReadonlyArray<string>, query?: URLSearchParams | QueryChange): string => {
  const search = query instanceof URLSearchParams ? query : withQuery(new URLSearchParams(), query ?? {});
  const steps = path.map((step) => encodeURIComponent(step).replaceAll('%40', '@').replaceAll('%3A', ':').replaceAll('%21', '!'));
  const text = search.toString();
  return `#/${steps.join('/')}${text === '' ? '' : `?${text}`}`;
};

/** A query with some parameters changed. @category combinators */
export const withQuery = (query: URLSearchParams, changes: QueryChange): URLSearchParams => {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') changed.delete(name);
    else changed.set(name, value);
  }
  return changed;
};
