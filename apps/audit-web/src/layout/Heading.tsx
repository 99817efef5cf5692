import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';

interface Props {
  readonly id?: string;
  /** For those who hear the page: others see by its navigation where they are. */
  readonly unseen?: true;
  readonly children: ReactNode;
}

let hasArrived = false;

/**
 * The heading of a view, of which it has one. Whoever comes to the view from another one is at its heading then, so that a screen
 * reader says where they are; or at the field that the view begins with. Who opens the page begins at its top.
 */
export const Heading = ({ id, unseen, children }: Props): ReactNode => {
  const place = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const content = place.current?.closest('main');
    const isAtField = document.activeElement instanceof HTMLInputElement && content?.contains(document.activeElement) === true;
    if (hasArrived && !isAtField) place.current?.focus({ preventScroll: true });
    hasArrived = true;
  }, []);
  return <h1 ref={place} id={id} tabIndex={-1} className={unseen === true ? 'unseen' : undefined}>{children}</h1>;
};
