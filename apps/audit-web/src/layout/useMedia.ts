import { useSyncExternalStore } from 'react';

/** Whether a media query holds; renders anew as that changes. */
export const useMedia = (query: string): boolean =>
  useSyncExternalStore(
    (onChange) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', onChange);
      return () => { list.removeEventListener('change', onChange); };
    },
    () => window.matchMedia(query).matches,
  );

/** Screens too narrow for two columns. @category constants */
export const narrow = '(max-width: 52rem)';
