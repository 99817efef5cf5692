const key = 'account-data-reason';

const listeners = new Set<() => void>();

const changed = (): void => {
  for (const listener of listeners) listener();
};

/** Why data of others is looked at, kept for this tab: undefined until that was asked, empty where it was not said. */
export const reasonOfTab = {
  read: (): string | undefined => window.sessionStorage.getItem(key) ?? undefined,
  keep: (reason: string): void => {
    window.sessionStorage.setItem(key, reason);
    changed();
  },
  forget: (): void => {
    window.sessionStorage.removeItem(key);
    changed();
  },
  /** Calls back when it changes, until what it gives is called. */
  listen: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};
