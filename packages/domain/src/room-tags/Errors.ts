import type { InvalidInput, RequestKeyReused, TooManyKeys, UserErasedError } from '../Errors.js';

/** Every error of a command on room tags. @category errors */
export type RoomTagError = InvalidInput | TooManyKeys | RequestKeyReused | UserErasedError;
