/** Where a projection writes its log. Fields are ids, types, positions and durations, never contents. @category model */
export interface ProjectionLogger {
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields: { readonly [name: string]: string | number | boolean },
  ) => void;
}
