/** What codes of the client's errors say: of the system, and SQLSTATEs. Source: PostgreSQL, "Error Codes". */
const problems: Readonly<Record<string, string>> = {
  '28P01': 'it refuses the account, or its password',
  '28000': 'it does not let the account in from here (pg_hba.conf)',
  '3D000': 'it has no database of that name',
  '42501': 'the account may not do that',
  '53300': 'all its connections are taken',
  '57P03': 'it is starting or stopping',
  ECONNREFUSED: 'nothing listens at its address',
  EAI_AGAIN: "its host's name can't be looked up",
  EHOSTUNREACH: 'there is no way to its host',
  ENOTFOUND: 'there is no host of that name',
  ETIMEDOUT: 'its host does not answer',
};

/**
 * Why PostgreSQL can't be reached, in words; undefined where the error's code says nothing. What the client itself says may hold the
 * address, and with it a password.
 *
 * @category destructors
 */
export const connectionProblem = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (error.message.startsWith('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password')) return 'it asks for a password, and the connection string has none';
  return 'code' in error && typeof error.code === 'string' ? problems[error.code] : undefined;
};
