/**
 * What a failed commit is to be called. lmdb keeps its cause in a promise of its own, whose rejection would end the process
 * where nobody handles it: it is handled here.
 */
export const commitFailure = (cause: unknown): Error => {
  const failure = cause instanceof Error ? cause : new Error(String(cause));
  const reason: unknown = 'commitError' in failure ? failure.commitError : undefined;
  if (reason instanceof Promise) reason.catch(() => undefined);
  return failure;
};
