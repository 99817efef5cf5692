/** What an error of the operating system, or of a database's driver, says besides its message. @category model */
export interface SystemError {
  /** As ENOENT. */
  readonly code?: string;
  readonly path?: string;
}

/** The code and path of an error of the system, where it is one. @category destructors */
export const systemErrorOf = (error: unknown): SystemError => {
  if (!(error instanceof Error)) return {};
  return {
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('path' in error && typeof error.path === 'string' ? { path: error.path } : {}),
  };
};

/** ` (ENOENT)`, or nothing where there is no code. @category destructors */
export const inBrackets = ({ code }: SystemError): string => (code === undefined ? '' : ` (${code})`);
