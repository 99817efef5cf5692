import type { ReactNode } from 'react';
import { explain } from './explain.js';

/** An error in words, with what to do next. */
export const Problem = ({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode => {
  const { what, next, code } = explain(error);
  return (
    <div className="problem" role="alert">
      <p><strong>{what}</strong></p>
      <p>{next}{code === undefined ? null : <> <code className="code">{code}</code></>}</p>
      {onRetry === undefined ? null : <button type="button" onClick={onRetry}>Try again</button>}
    </div>
  );
};
