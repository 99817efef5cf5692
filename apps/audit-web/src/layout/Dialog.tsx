import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';

/** A question that stands before everything else until it is answered. Escape leaves it. */
export const Dialog = ({ title, onClose, children }: { readonly title: string; readonly onClose: () => void; readonly children: ReactNode }): ReactNode => {
  const place = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = place.current;
    dialog?.showModal();
    return () => { dialog?.close(); };
  }, []);
  return (
    <dialog
      ref={place}
      aria-labelledby={heading}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onKeyDown={(event) => { if (event.key === 'Escape') event.nativeEvent.stopPropagation(); }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
};
