const key = 'account-data-token';

/** The token, kept for this tab: it is gone with it, and no other tab has it. */
export const tokenOfTab = {
  read: (): string | undefined => window.sessionStorage.getItem(key) ?? undefined,
  keep: (token: string): void => {
    window.sessionStorage.setItem(key, token);
  },
  forget: (): void => {
    window.sessionStorage.removeItem(key);
  },
};
