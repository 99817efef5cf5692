import type { InvalidInput, RequestKeyReused, TooManyKeys, UserErasedError } from '../Errors.js';

/** @category errors */
export type RoomTagError = InvalidInput | TooManyKeys | RequestKeyReused | UserErasedError;
