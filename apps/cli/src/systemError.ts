import { printable } from './output/printable.js';
import { refusal, type Refusal } from './Refusal.js';

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

/**
 * A refusal of the operating system that nothing else has told of, as of a folder that can't be made or a disk that is full;
 * nothing where the error is none, but a fault of the program.
 *
 * @category constructors
 */
export const refusalOfSystem = (error: unknown): Refusal | undefined => {
  if (!(error instanceof Error && 'syscall' in error && typeof error.syscall === 'string')) return undefined;
  const { path, ...rest } = systemErrorOf(error);
  return refusal(
    'system_refused',
    `The system refused to ${error.syscall} ${path === undefined ? 'something' : printable(path)}${inBrackets(rest)}.`,
    'Look whether it is there, whether this user may do that, and whether its disk has room and may be written.',
  );
};

/** ` (ENOENT)`, or nothing where there is no code. @category destructors */
export const inBrackets = ({ code }: SystemError): string => (code === undefined ? '' : ` (${code})`);
