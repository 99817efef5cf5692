/** The server at EVENTSTOREDB_URL, and what all streams of this run begin with. */
export const realServer = (): { readonly connectionString: string; readonly prefix: string } => {
  const connectionString = process.env['EVENTSTOREDB_URL'];
  const prefix = process.env['EVENTSTOREDB_TEST_PREFIX'];
  if (connectionString === undefined || prefix === undefined) throw new Error('Run by pnpm test:eventstoredb.');
  return { connectionString, prefix };
};
