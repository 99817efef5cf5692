/** Where a follow says what happens to it. Never contents. @category model */
export interface FollowLogger {
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, string | number | boolean | null>>) => void;
}
