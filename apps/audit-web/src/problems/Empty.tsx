import type { ReactNode } from 'react';

/** That there is nothing, and what to do about it. */
export const Empty = ({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode => (
  <div className="empty">
    <h2>{title}</h2>
    <p>{children}</p>
  </div>
);
