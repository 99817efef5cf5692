import type { ReactNode } from 'react';
import { Heading } from '../layout/Heading.js';

interface Props {
  readonly title: string;
  /** Whether it is all that there is: its title is the heading of the view then. */
  readonly isView?: true;
  readonly children: ReactNode;
}

/** That there is nothing, and what to do about it. */
export const Empty = ({ title, isView, children }: Props): ReactNode => (
  <div className="empty">
    {isView === true ? <Heading>{title}</Heading> : <h2>{title}</h2>}
    <p>{children}</p>
  </div>
);
