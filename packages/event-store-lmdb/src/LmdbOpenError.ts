import { danglingLink } from '@account-data/runtime';
import { damageAdvice, StoreDamage } from './layout/StoreDamage.js';

/** Why a store could not be opened; the codes are stable. @category errors */
export type LmdbOpenCode =
  /** Another process (or another store of this one) owns the folder. */
  | 'store_locked'
  /** It was written by a newer version of this package. */
  | 'store_format_newer'
  /** What stands where the log should be is no log of ours. */
  | 'store_foreign_file'
  /** A file of the store is damaged or missing. */
  | 'store_corrupt'
  /** The log ends before what was acknowledged: an older copy of its file took its place. */
  | 'store_log_behind'
  /** What is to be written goes into a folder that is not there yet, or empty; this one is not. */
  | 'store_folder_not_empty'
  /** What is to be written goes into a folder beside the one that it is made of; this one is inside. */
  | 'store_folder_inside'
  /** The file system is read-only. */
  | 'store_read_only'
  | 'store_permission_denied'
  | 'store_disk_full'
  /** There is no store in the folder, and this process may not make one. */
  | 'store_missing'
  /** The machine has restarted since the store was last owned, and only an owner can bring it in order. */
  | 'store_not_recovered'
  /** A process in another container has the log open and, in there, the same number as this one. */
  | 'store_same_process_number'
  /** Work on the whole log was ended by whoever asked for it. */
  | 'store_interrupted'
  /** The system refused for another reason, which `cause` tells. */
  | 'store_open_failed';

/** A store that could not be opened. The message says what is wrong, where, and what to do. @category errors */
export interface LmdbOpenError {
  readonly _tag: 'LmdbOpenError';
  readonly code: LmdbOpenCode;
  /** The folder or file it is about. */
  readonly path: string;
  readonly message: string;
  /** Of the owner, where another process owns the folder and has said who it is. */
  readonly pid?: number;
  readonly cause?: unknown;
}

/** Why a folder could not be opened. `pid` is the process that owns it. @category constructors */
export const openError = (
  code: LmdbOpenCode,
  path: string,
  message: string,
  more: { readonly pid?: number; readonly cause?: unknown } = {},
): LmdbOpenError => ({ _tag: 'LmdbOpenError', code, path, message, ...more });

/** Throws it, as the cause of an Error: {@link openErrorOf} finds it there. */
export const refuse = (...error: Parameters<typeof openError>): never => {
  const cause = openError(...error);
  throw new Error(cause.message, { cause });
};

/** Whether a caught value is such an error. @category refinements */
export const isLmdbOpenError = (value: unknown): value is LmdbOpenError =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === 'LmdbOpenError';

const systemCode = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';

const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Tells from what the system or lmdb threw what is wrong, and what can be done about it. @category constructors */
export const openErrorOf = (path: string, cause: unknown): LmdbOpenError => {
  if (isLmdbOpenError(cause)) return cause;
  if (cause instanceof Error && isLmdbOpenError(cause.cause)) return cause.cause;
  if (cause instanceof StoreDamage) return openError('store_corrupt', path, `${cause.message} ${damageAdvice}`, { cause });
  const code = systemCode(cause);
  const text = describe(cause);
  if (code === 'EROFS' || text.includes('Read-only file system')) {
    return openError('store_read_only', path, `${path} is on a read-only file system. Mount it writable, or open the store for reading.`, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM' || text.includes('Permission denied') || text.includes('Operation not permitted')) {
    return openError('store_permission_denied', path, `This process may not read and write ${path}. Give its user read and write permission on the folder and the files in it.`, { cause });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || text.includes('No space left') || text.includes('quota exceeded')) {
    return openError('store_disk_full', path, `No space is left where ${path} is. Free some, then open the store again; nothing acknowledged is lost.`, { cause });
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    const link = danglingLink(path);
    if (link !== undefined) return openError('store_missing', path, `${link} is a link to something that is not there. Mount or make what it leads to, or give another folder.`, { cause });
    return openError('store_foreign_file', path, `${path} is no folder. Give the path of a folder; it is made where there is none.`, { cause });
  }
  if (/MDB_INVALID|MDB_VERSION_MISMATCH|not an LMDB file|version doesn't match/.test(text)) {
    return openError('store_foreign_file', path, `${path} is no log of this store. Give another folder, or put back the file from a backup.`, { cause });
  }
  if (/MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_PANIC|layout version/.test(text)) {
    return openError('store_corrupt', path, `${path} is damaged (${text}). Put back the folder from a backup.`, { cause });
  }
  return openError('store_open_failed', path, `${path} could not be opened: ${text}`, { cause });
};
