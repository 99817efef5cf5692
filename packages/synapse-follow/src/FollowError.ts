/** Why a homeserver can't be followed, by code: see the package's README. The message says what to do. @category errors */
export class FollowError extends Error {
  override readonly name = 'FollowError';
  readonly code: string;
  /** SQL that whoever owns the tables has to run first, a statement each; none where that is not what is wrong. */
  readonly statements: ReadonlyArray<string>;

  constructor(code: string, message: string, statements: ReadonlyArray<string> = [], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.statements = statements;
  }
}
