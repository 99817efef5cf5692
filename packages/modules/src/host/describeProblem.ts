/** What went wrong, for logs and for the end of a term, whatever was thrown. */
export const describeProblem = (reason: unknown): string => {
  if (reason instanceof Error) return reason.message;
  if (typeof reason === 'object' && reason !== null) {
    if ('message' in reason && typeof reason.message === 'string') return reason.message;
    if ('code' in reason && typeof reason.code === 'string') return reason.code;
  }
  return 'The event store failed.';
};
