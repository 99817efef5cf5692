/** What a request is to who watches a server, in the order in which they are shown. `sync` and `feed` wait for changes: how long is up to others. @category constants */
export const requestKinds = ['read', 'change', 'sync', 'feed', 'other'] as const;

/** One of these kinds. @category model */
export type RequestKind = (typeof requestKinds)[number];

/** What a request by its method and the path of its route is; `other`: health, metrics, pages, and what has no route. @category constructors */
export const requestKindOf = ({ method, route = '' }: { readonly method?: string; readonly route?: string }): RequestKind => {
  if (!/^\/(?:v1|_matrix)\//.test(route)) return 'other';
  if (route.endsWith('/sync')) return 'sync';
  if (route === '/v1/feed') return 'feed';
  return method === 'GET' || method === 'HEAD' ? 'read' : 'change';
};

/** What became of a request: answered, refused for what was asked (4xx), or failed (5xx). @category constructors */
export const outcomeOf = (status: string | undefined): 'ok' | 'refused' | 'failed' => {
  if (status?.startsWith('5') === true) return 'failed';
  return status?.startsWith('4') === true ? 'refused' : 'ok';
};
