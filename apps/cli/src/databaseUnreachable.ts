import { connectionProblem } from '@account-data/synapse-import';
import { type Refusal, refusal } from './Refusal.js';
import { inBrackets, systemErrorOf } from './systemError.js';

/** A database of Synapse's can't be reached, or its file not be opened. The address of a PostgreSQL server may hold a password: it is not repeated. */
export const databaseUnreachable = (what: string, error: unknown): Refusal => {
  const why = connectionProblem(error);
  return refusal('database_unreachable', `${what}${inBrackets(systemErrorOf(error))}${why === undefined ? '' : `: ${why}`}.`, 'Check its address or path, and the account.');
};
