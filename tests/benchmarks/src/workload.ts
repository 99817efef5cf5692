/** The data that both sides of each figure work on. Everything here is a function of a counter. */

/** Coprime to every count of users used here, so that the users come in a scattered order and all of them come. */
const stride = 7919;

/** The user of the n-th operation among `users` distinct ones. */
export const userOf = (n: number, users: number): string => userAt((n * stride) % users);

/** The user at an index. */
export const userAt = (index: number): string => `@user${String(index).padStart(6, '0')}:example.org`;

/** The access token of the user at an index. */
export const tokenAt = (index: number): string => `benchmark-token-of-user-${String(index).padStart(6, '0')}`;

/** The access token of an admin. */
export const adminToken = 'benchmark-token-of-an-admin';

/** Those tokens, for so many users, as the configuration of a server has them. */
export const configuredTokens = (users: number): ReadonlyArray<object> => [
  { token: adminToken, role: 'admin' },
  ...Array.from({ length: users }, (_, index) => ({ token: tokenAt(index), role: 'user', user_id: userAt(index) })),
];

/** The type of the n-th operation among `types` distinct ones. */
export const typeOf = (n: number, types: number): string =>
  types === 1 ? 'org.example.settings' : `org.example.settings.${String(n % types)}`;

/** A content as a client's settings look: five keys, under 100 bytes of JSON, different for each n. */
export const contentOf = (n: number): { readonly [key: string]: unknown } => ({
  theme: n % 2 === 0 ? 'dark' : 'light',
  accent: '#0a84ff',
  fontSize: 14,
  compact: false,
  n,
});
