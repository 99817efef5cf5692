/** Whether a value and all that it holds can't be changed. */
export const isDeeplyFrozen = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));

/** All objects and arrays within a value, itself included. */
export const objectsWithin = (value: unknown): ReadonlyArray<object> =>
  typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(objectsWithin)] : [];
