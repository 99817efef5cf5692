import type { Measured, Program } from './Program.js';
import type { Turns } from './turnWatch.js';

/** To a program's process; each is answered by one {@link Answer}, in order. @category model */
export type Request =
  | { readonly _tag: 'Open'; readonly program: Program; readonly folder: string }
  | { readonly _tag: 'Round'; readonly seconds: number }
  | { readonly _tag: 'Processor' }
  /** What its turns were like since this was asked before. */
  | { readonly _tag: 'Turns' }
  | { readonly _tag: 'Close' };

/** From a program's process. @category model */
export type Answer =
  | { readonly _tag: 'Opened'; readonly url?: string }
  | { readonly _tag: 'Measured'; readonly measured: Measured }
  /** The processor time of the whole process until now, all its threads, user and system. */
  | { readonly _tag: 'Processor'; readonly microseconds: number }
  | { readonly _tag: 'Turns'; readonly turns: Turns }
  | { readonly _tag: 'Closed' }
  | { readonly _tag: 'Failed'; readonly message: string };
