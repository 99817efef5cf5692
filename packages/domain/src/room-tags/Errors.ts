import type { InvalidInput, RequestKeyReused, TooManyKeys, TooMuchData, UserErasedError } from '../Errors.js';

/** Every error of a command on room tags. @category errors */
export type RoomTagError = InvalidInput | TooManyKeys | TooMuchData | RequestKeyReused | UserErasedError;
