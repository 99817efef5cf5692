/** What is used of a client of the package `pg`. @category model */
export interface PostgresClient {
  readonly query: (text: string, values?: Array<unknown>) => Promise<{ readonly rows: ReadonlyArray<unknown> }>;
  readonly on: (event: 'error', listener: (error: Error) => void) => unknown;
  readonly off: (event: 'error', listener: (error: Error) => void) => unknown;
}

/** What is used of a pool of the package `pg`. @category model */
export interface PostgresPool<Client extends PostgresClient> {
  readonly connect: () => Promise<Client & { readonly release: (destroy?: boolean) => void }>;
  readonly on: (event: 'error', listener: (error: Error) => void) => unknown;
}
