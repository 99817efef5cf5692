/**
 * Why a command did not do what was asked: shown on standard error, never with account data or tokens in it.
 * `code` is stable: those of the domain, the engine, the stores and the server, and of the command itself.
 *
 * @category errors
 */
export interface Refusal {
  readonly _tag: 'Refusal';
  readonly code: string;
  /** What was wrong, and where. */
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
  /** Whether the command line itself was wrong, so that nothing was tried. */
  readonly usage?: true;
}

/**
 * Why a command was refused or failed: a stable code, what was wrong and, where that helps, what to do.
 *
 * @category constructors
 */
export const refusal = (code: string, message: string, advice?: string): Refusal => ({
  _tag: 'Refusal',
  code,
  message,
  ...(advice === undefined ? {} : { advice }),
});

/** The refusal of a command line that is wrong: nothing was tried. @category constructors */
export const usageError = (message: string, advice?: string): Refusal => ({
  ...refusal('usage', message, advice),
  usage: true,
});

/** Exit codes of the command. @category model */
export const exitCodes = { done: 0, refused: 1, usage: 2 } as const;

/** The exit code that a refusal ends with. @category destructors */
export const exitCodeOf = (error: Refusal): number => (error.usage === true ? exitCodes.usage : exitCodes.refused);

/** As lines for a person, or with `json` as one line of JSON. @category destructors */
export const renderRefusal = ({ code, message, advice }: Refusal, json: boolean): string => {
  if (json) return `${JSON.stringify({ error: { code, message, ...(advice === undefined ? {} : { advice }) } })}\n`;
  return `account-data: ${message} (${code})\n${advice === undefined ? '' : `  ${advice}\n`}`;
};
