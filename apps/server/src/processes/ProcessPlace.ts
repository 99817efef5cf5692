import { join } from 'node:path';

/** Which of several processes on one data folder this is. The first owns the log; the others read beside it. @category model */
export interface ProcessPlace {
  /** From 0, the owner, on. It stays when a process is replaced. */
  readonly index: number;
  readonly count: number;
  /** A folder that nobody else may enter, for the sockets at which the processes reach each other. */
  readonly sockets: string;
}

/** The variable that tells a process which one it is. */
export const placeVariable = 'ACCOUNT_DATA_PROCESS';

/** As it stands in the variable. */
export const placeText = ({ index, count, sockets }: ProcessPlace): string => [index, count, sockets].join(' ');

/** What the variable says; undefined where this is the only process. */
export const placeOfText = (text: string | undefined): ProcessPlace | undefined => {
  const [, index, count, sockets] = /^(\d+) (\d+) (.+)$/s.exec(text ?? '') ?? [];
  return sockets === undefined ? undefined : { index: Number(index), count: Number(count), sockets };
};

/** Where a process answers the others. */
export const socketOf = ({ sockets }: ProcessPlace, index: number): string => join(sockets, `${String(index)}.sock`);

/** Where the owner of the log counts requests for the others. */
export const ratesSocketOf = ({ sockets }: ProcessPlace): string => join(sockets, 'rates.sock');
