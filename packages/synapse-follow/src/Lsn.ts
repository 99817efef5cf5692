/** A place in PostgreSQL's write-ahead log: its type `pg_lsn`, as a number of bytes. @category model */
export type Lsn = bigint;

/** Reads PostgreSQL's form, `16/B374D848`. Throws a TypeError for what is none. @category constructors */
export const parseLsn = (text: string): Lsn => {
  const parts = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text);
  if (parts === null) throw new TypeError('A place in the write-ahead log is two hexadecimal numbers with "/" between them.');
  return (BigInt(`0x${parts[1] as string}`) << 32n) | BigInt(`0x${parts[2] as string}`);
};

/** PostgreSQL's form, without leading zeros. @category destructors */
export const formatLsn = (lsn: Lsn): string =>
  `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;
